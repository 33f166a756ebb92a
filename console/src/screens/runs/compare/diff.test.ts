import { describe, expect, it } from "vitest";
import type { NodeRun, RunDetail } from "../run/rows";
import { diffJson } from "./diff";
import { pairNodes } from "./nodes";

describe("diffJson", () => {
  it("finds what changed, came and went", () =>
    expect(diffJson({ a: 1, b: [1, 2], c: { d: null } }, { a: 1, b: [1, 3, 4], e: "x" })).toEqual([
      { path: ["b", 1], old: 2, next: 3 },
      { path: ["b", 2], next: 4 },
      { path: ["c"], old: { d: null } },
      { path: ["e"], next: "x" },
    ]));
  it("tells null from nothing, and a list from an object", () => {
    expect(diffJson(undefined, null)).toEqual([{ path: [], next: null }]);
    expect(diffJson([], {})).toHaveLength(1);
    expect(diffJson({ a: [1] }, { a: [1] })).toEqual([]);
  });
  it("stops after so many", () => expect(diffJson(Array(500).fill(0), Array(500).fill(1), 10)).toHaveLength(10));
});

describe("pairNodes", () => {
  const run = (nodes: Partial<NodeRun>[]) => ({ nodes: nodes.map((node) => ({ attempts: [], ...node })) }) as unknown as RunDetail;
  const pairs = pairNodes(
    run([{ id: "a", status: "completed", output: { data: 1 } }, { id: "b", status: "failed", error: { code: "x", message: "no", attempt: 1 } }]),
    run([{ id: "a", status: "completed", output: { data: 1 } }, { id: "b", status: "completed" }, { id: "c", status: "completed" }]),
  );
  it("pairs by node", () => expect(pairs.map(({ key, isSame }) => [key, isSame])).toEqual([["a", true], ["b", false], ["c", false]]));
  it("shows the error that is gone", () => expect(pairs[1]?.error).toEqual([{ path: [], old: { code: "x", message: "no" } }]));
});
