import { describe, expect, it } from "vitest";
import { depths, places, wayOf, type GraphDocument } from "./graph";
import type { NodeRun } from "./rows";

const document: GraphDocument = {
  trigger: { type: "webhook" },
  nodes: [
    { id: "check", type: "if" },
    { id: "yes", type: "log" },
    { id: "end", type: "log" },
  ],
  edges: [
    { from: "trigger", to: "check" },
    { from: "check", port: "true", to: "yes" },
    { from: "check", port: "false", to: "end" },
    { from: "yes", to: "end" },
  ],
};

describe("places", () => {
  it("are columns by the longest way", () => {
    expect(Object.fromEntries(depths(document))).toEqual({ trigger: 0, check: 1, yes: 2, end: 3 });
    expect(places(document).get("check")).toEqual({ x: 256, y: 0 });
  });
  it("are the document's where it has all of them", () => {
    const nodes = document.nodes.map((node, index) => ({ ...node, ui: { x: index * 100, y: 40 } }));
    expect(places({ ...document, nodes }).get("end")).toEqual({ x: 200, y: 40 });
    expect(places({ ...document, nodes }).get("trigger")).toEqual({ x: -256, y: 40 });
  });
  it("end, though a document be broken", () =>
    expect(depths({ ...document, edges: [...document.edges, { from: "end", to: "check" }] }).size).toBe(4));
});

describe("wayOf", () => {
  const node = (status: NodeRun["status"], port: string | null) => new Map([["check", { id: "check", status, port } as NodeRun]]);
  const edge = { from: "check", port: "true", to: "yes" };
  it("follows the port that was taken", () => {
    expect(wayOf(edge, node("completed", "true"), true)).toBe("taken");
    expect(wayOf(edge, node("completed", "false"), true)).toBe("dead");
  });
  it("is open while the node runs", () => expect(wayOf(edge, node("running", null), true)).toBe("open"));
  it("ends where a node failed", () => expect(wayOf(edge, node("failed", null), true)).toBe("dead"));
});
