import { expect, it } from "vitest";
import { heightOf, NODE } from "../model/places";
import { TRIGGER, type NodeType, type WorkflowDocument } from "../model/types";
import { layOut } from "./layout";

const fork = { name: "if", ports: ["true", "false"] } as unknown as NodeType;
const types = new Map([["if", fork]]);
const node = (id: string, type = "log") => ({ id, type });
const document: WorkflowDocument = {
  version: 1,
  name: "w",
  trigger: { type: "manual", ui: { x: 900, y: 900 } },
  nodes: [node("a", "if"), node("b"), node("c"), node("d"), node("alone")],
  edges: [
    { from: TRIGGER, to: "a" },
    { from: "a", port: "true", to: "b" },
    { from: "a", port: "false", to: "c" },
    { from: "b", to: "d" },
    { from: "c", to: "d" },
  ],
};

it("goes from left to right, and puts nothing upon something else", async () => {
  const places = await layOut(document, types);
  const boxes = [...places].map(([id, place]) => ({ ...place, id, height: id === "a" ? heightOf(["true", "false"]) : NODE.height }));
  expect(boxes).toHaveLength(6);
  for (const { from, to } of document.edges)
    expect(places.get(from)!.x + NODE.width).toBeLessThan(places.get(to)!.x);
  for (const one of boxes)
    for (const other of boxes)
      if (one.id < other.id)
        expect(Math.abs(one.x - other.x) >= NODE.width || one.y + one.height <= other.y || other.y + other.height <= one.y).toBe(true);
});
