import { describe, expect, it } from "vitest";
import type { Schemas } from "~/api/client";
import { pinnedOutputs, withPinned } from "../model/pins";
import { extraOutputs, inputOf, rootsOf, type Known } from "./sources";
import { testBody } from "./useNodeTest";
import { documentFields } from "../documentFields";

const node = (id: string, output: unknown) => ({ id, type: "t", name: id, status: "completed", output }) as Schemas["NodeRun"];
const run = (id: string, nodes: Schemas["NodeRun"][], request: string | null = null) =>
  ({ id, nodes, input: { body: 1 }, request_id: request }) as unknown as Schemas["Run"];
const samples = (nodes: [string, unknown][]) =>
  ({ run: null, input: { body: 2 }, truncated: false, nodes: nodes.map(([id, output]) => ({ node: id, output })) }) as unknown as Schemas["Samples"];
const scope = {
  nodes: ["a", "b", "c", "d", "e"].map((id) => ({ id, name: id.toUpperCase(), type: "t", output_example: id === "d" ? { x: 0 } : null })),
  roots: [],
};
const known: Known = { pinned: { a: 1 }, kept: null, run: run("7", [node("a", 9), node("b", 2)]), samples: samples([["b", 8], ["c", 3]]) };

describe("the data at a node", () => {
  const roots = rootsOf(scope, known, "in");
  it("is what is pinned, else of the run, else of earlier ones, else an example", () => {
    expect(roots.map((root) => [root.expression, root.value, root.origin])).toEqual([
      ["e.output", undefined, null],
      ["d.output", { x: 0 }, "example"],
      ["c.output", 3, "run"],
      ["b.output", 2, "run"],
      ["a.output", 1, "pin"],
      ["workflow.input", { body: 1 }, "run"],
    ]);
  });
  it("is sent along where the run does not have it", () => {
    expect(extraOutputs(roots, known)).toEqual({ a: 1, c: 3, d: { x: 0 } });
    expect(inputOf({ ...known, run: null })).toEqual({ body: 2 });
  });
  it("is with a kept event what that brings, and all else is sent along", () => {
    const kept = { ...known, kept: { name: "big", input: { body: 9 } } };
    const withKept = rootsOf(scope, kept, "in");
    expect(withKept.at(-1)).toMatchObject({ value: { body: 9 }, origin: "kept" });
    expect(extraOutputs(withKept, kept)).toEqual({ a: 1, b: 2, c: 3, d: { x: 0 } });
    expect(testBody("only", "c", kept, ["a"])).toEqual({ only: "c", input: { body: 9 }, pinned: { a: 1 } });
    expect(testBody("until", "a", kept, [])).toEqual({ until: "a", input: { body: 9 }, pinned: {} });
  });
});

describe("executing", () => {
  it("one node takes what the others gave out", () => {
    expect(testBody("only", "c", known, ["a", "b"])).toEqual({ only: "c", run: "7", pinned: { a: 1, b: 2 } });
  });
  it("up to a node takes the event, and what is pinned before it", () => {
    expect(testBody("until", "b", known, ["a"])).toEqual({ until: "b", input: { body: 1 }, pinned: { a: 1 } });
    expect(testBody("until", "a", { ...known, run: run("7", [], "5") }, [])).toEqual({ until: "a", request: "5", pinned: {} });
    expect(testBody("until", "b", { pinned: {}, kept: null, run: null, samples: null }, [])).toEqual({ until: "b", pinned: {} });
  });
});

describe("pins", () => {
  const document = { version: 1, name: "w", trigger: { type: "manual" }, nodes: [{ id: "a", type: "t" }], edges: [] };
  it("are kept in the document, and go without a trace", () => {
    const pinned = withPinned(document, "a", { x: 1 });
    expect(pinnedOutputs(pinned)).toEqual({ a: { x: 1 } });
    expect(withPinned(pinned, "a", undefined).ui).toEqual({});
  });
});

describe("the fields of a workflow and of every node", () => {
  it("come from the document's schema", () => {
    const settings = { anyOf: [{ properties: { timeout: { "x-pawl-type": "duration" } } }], "x-pawl-type": "object" };
    const item = { properties: { name: { "x-pawl-type": "string" }, settings }, allOf: [{ if: {}, then: {} }] };
    const age = { properties: { age: { "x-pawl-type": "duration" } }, "x-pawl-type": "object" };
    const schema = { properties: { version: {}, name: {}, nodes: { type: "array", items: item }, ui: {}, retention: age, later: {} } };
    const { nodeName, nodeSettings, workflow } = documentFields(schema);
    expect(nodeSettings.map((field) => field.name)).toEqual(["timeout"]);
    expect(nodeName).toHaveLength(1);
    expect(workflow.map((field) => field.name)).toEqual(["name", "retention", "later"]);
  });
});
