import { describe, expect, it } from "vitest";
import { addNode, connect, disconnect, freeId, insertNode, move, remove, setNode, setTop } from "./actions";
import { clipOf, clipText, paste, readClip } from "./clipboard";
import { canConnect, inOrder } from "./graph";
import { begin, redo, step, undo } from "./history";
import { pinnedOutputs, withPinned } from "./pins";
import { resized } from "./noteSize";
import { freePort, portsOf } from "./ports";
import { placeProblems } from "./problems";
import { idProblem, renameInText } from "./rename";
import { createEditorStore, isDirty } from "./store";
import { notesOf, type NodeType, type WorkflowDocument } from "./types";

const document: WorkflowDocument = {
  version: 1,
  name: "w",
  trigger: { type: "manual" },
  nodes: [
    { id: "a", type: "if", config: { left: "${workflow.input.a}" }, ui: { x: 0, y: 0 } },
    { id: "b", type: "log", config: { message: "got ${a.output.data} $${a.output} ${x ?? a.output}" }, ui: { x: 300, y: 0 } },
    { id: "c", type: "log", config: { message: "fixed" } },
  ],
  edges: [
    { from: "trigger", to: "a" },
    { from: "a", port: "true", to: "b" },
    { from: "a", port: "false", to: "c" },
  ],
  ui: { notes: [{ id: "N1", x: 5, y: 5, width: 200, height: 80, text: "hello" }] },
};

describe("a note's corner", () => {
  const note = { id: "N1", x: 160, y: 160, width: 208, height: 96, text: "" };
  it("moves in steps, and the corner across from it stays", () => {
    expect(resized(note, { x: 1, y: 1 }, { x: 30, y: 17 })).toEqual({ x: 160, y: 160, width: 240, height: 112 });
    expect(resized(note, { x: -1, y: -1 }, { x: -30, y: -17 })).toEqual({ x: 128, y: 144, width: 240, height: 112 });
  });
  it("leaves it large enough to be read", () =>
    expect(resized(note, { x: -1, y: 1 }, { x: 900, y: -900 })).toEqual({ x: 240, y: 160, width: 128, height: 64 }));
});

describe("changes", () => {
  it("add a node behind a port, and leave the rest as it was", () => {
    const next = addNode({ id: "d", type: "log" }, { node: "b", port: "out" })(document);
    expect(next.edges.at(-1)).toEqual({ from: "b", to: "d" });
    expect(next.nodes[0]).toBe(document.nodes[0]);
    expect(document.nodes).toHaveLength(3);
  });
  it("put a node into a line", () => {
    const next = insertNode({ id: "d", type: "log" }, { from: "a", port: "true", to: "b" }, "out")(document);
    expect(next.edges).toContainEqual({ from: "a", port: "true", to: "d" });
    expect(next.edges).toContainEqual({ from: "d", to: "b" });
    expect(next.edges).not.toContainEqual({ from: "a", port: "true", to: "b" });
  });
  it("never make a circle, a double line, or a line to the trigger", () => {
    expect(connect("b", "out", "a")(document)).toBe(document);
    expect(connect("a", "true", "b")(document)).toBe(document);
    expect(canConnect(document, "b", "trigger")).toBe(false);
    expect(canConnect(document, "c", "b")).toBe(true);
  });
  it("remove a node with its lines, but not the trigger", () => {
    const next = remove(new Set(["a", "trigger", "N1"]))(document);
    expect(next.nodes.map((node) => node.id)).toEqual(["b", "c"]);
    expect(next.edges).toEqual([]);
    expect(notesOf(next)).toEqual([]);
  });
  it("disconnect one line", () => expect(disconnect(["a:true:b"])(document).edges).toHaveLength(2));
  it("move nodes, notes and the trigger", () => {
    const next = move(new Map([["b", { x: 10.4, y: 3 }], ["N1", { x: 1, y: 2 }], ["trigger", { x: -9, y: 0 }]]))(document);
    expect(next.nodes[1]?.ui).toEqual({ x: 10, y: 3 });
    expect(next.nodes[0]).toBe(document.nodes[0]);
    expect(notesOf(next)[0]).toMatchObject({ x: 1, y: 2, text: "hello" });
    expect(next.trigger.ui).toEqual({ x: -9, y: 0 });
  });
  it("rename a node in lines and expressions", () => {
    const next = setNode("a", { ...document.nodes[0]!, id: "check" })(document);
    expect(next.nodes[1]?.config?.message).toBe("got ${check.output.data} $${a.output} ${x ?? check.output}");
    expect(next.edges.map((edge) => edge.from)).toEqual(["trigger", "check", "check"]);
    expect(next.nodes[2]).toBe(document.nodes[2]);
  });
  it("let a pinned output follow its node, as it is", () => {
    const pinned = withPinned(withPinned(document, "a", { text: "${a.output}" }), "b", 2);
    const renamed = setNode("a", { ...document.nodes[0]!, id: "check" })(pinned);
    expect(pinnedOutputs(renamed)).toEqual({ check: { text: "${a.output}" }, b: 2 });
    expect(pinnedOutputs(remove(new Set(["a"]))(pinned))).toEqual({ b: 2 });
    expect(notesOf(renamed)).toEqual(notesOf(document));
  });
  it("take away what is set to nothing", () => expect("ui" in setTop({ ui: undefined })(document)).toBe(false));
});

describe("renameInText", () => {
  const names = new Map([["a", "z"]]);
  const rename = (text: string) => renameInText(text, names);
  it("changes roots only", () => {
    expect(rename("${a.output.a.a}")).toBe("${z.output.a.a}");
    expect(rename("${ab.output} ${b.a}")).toBe("${ab.output} ${b.a}");
    expect(rename("a ${a['x}'][?(@.a==\"}\")].q} a")).toBe("a ${z['x}'][?(@.a==\"}\")].q} a");
    expect(rename('${b ?? "a.x ?? a"}')).toBe('${b ?? "a.x ?? a"}');
    expect(rename("${b ?? a[0] ?? a}")).toBe("${b ?? z[0] ?? z}");
  });
  it("leaves alone what is no expression", () => expect(rename("a.output } ${a.out")).toBe("a.output } ${a.out"));
});

describe("ids", () => {
  it("count on", () => expect(freeId(new Set(["log", "log_2"]), "log")).toBe("log_3"));
  it("say what is wrong with them", () => {
    expect(idProblem(document, "A b")).toBe("form");
    expect(idProblem(document, "workflow")).toBe("reserved");
    expect(idProblem(document, "b", "a")).toBe("taken");
    expect(idProblem(document, "a", "a")).toBe(null);
  });
});

describe("the clipboard's text", () => {
  it("comes back with new ids, lines and expressions", () => {
    const clip = readClip(clipText(clipOf(document, new Set(["a", "b", "N1"]))!))!;
    const { change, ids } = paste(document, clip, { x: 100, y: 100 });
    const next = change(document);
    expect(next.nodes.slice(3).map((node) => [node.id, node.ui])).toEqual([
      ["a_2", { x: 100, y: 100 }],
      ["b_2", { x: 400, y: 100 }],
    ]);
    expect(next.nodes[4]?.config?.message).toContain("${a_2.output.data}");
    expect(next.edges.at(-1)).toEqual({ from: "a_2", port: "true", to: "b_2" });
    expect(notesOf(next)).toHaveLength(2);
    expect(ids.size).toBe(3);
  });
  it("may be a whole document", () => expect(readClip(JSON.stringify(document))?.nodes).toHaveLength(3));
  it("is nothing when it is something else", () => {
    expect(readClip("hello")).toBe(null);
    expect(readClip('{"nodes":[{"id":3}]}')).toBe(null);
    expect(readClip("[1]")).toBe(null);
  });
});

describe("inOrder", () => {
  it("goes from the trigger on", () =>
    expect(inOrder(document)).toEqual([
      { id: "a", depth: 1 },
      { id: "b", depth: 2 },
      { id: "c", depth: 2 },
    ]));
  it("leaves nothing out, not even a circle", () => {
    const circle = { ...document, edges: [...document.edges, { from: "b", to: "a" }] };
    expect(inOrder(circle).map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
  });
});

describe("ports", () => {
  const type = { ports: ["default"], ports_from: "cases" } as NodeType;
  it("are the list's, the type's and the one for failures", () => {
    const node = { id: "s", type: "switch", config: { cases: [{ name: "x" }, {}, { name: "x" }] }, settings: { on_error: "branch" } };
    expect(portsOf(node, type)).toEqual(["x", "default", "error"]);
  });
  it("of an unknown type are one", () => expect(portsOf({ id: "q", type: "q" }, undefined)).toEqual(["out"]));
  it("the first that is free", () => {
    expect(freePort(document, "a", ["true", "false", "error"])).toBe("error");
    expect(freePort(document, "a", ["true"])).toBe("true");
  });
});

describe("problems", () => {
  it("have their place", () => {
    const at = (pointer: string) => {
      const { node, inside } = placeProblems(document, [{ pointer, message: "" }])[0]!;
      return [node, inside];
    };
    expect(at("/nodes/1/config/message")).toEqual(["b", "/config/message"]);
    expect(at("/trigger/config/auth/0")).toEqual(["trigger", "/config/auth/0"]);
    expect(at("/edges/1/to")).toEqual(["a", ""]);
    expect(at("/nodes/9")).toEqual([null, "/nodes/9"]);
    expect(at("/name")).toEqual([null, "/name"]);
  });
});

describe("history", () => {
  it("joins steps of one kind that come close together", () => {
    let history = begin(0);
    history = step(history, 1, "typing", 1000);
    history = step(history, 2, "typing", 1500);
    history = step(history, 3, "typing", 9000);
    expect(undo(history).present).toBe(2);
    expect(undo(undo(history)).present).toBe(0);
    expect(redo(undo(history)).present).toBe(3);
    expect(step(undo(history), 7, null, 0).future).toEqual([]);
  });
});

describe("the store", () => {
  it("knows what is not saved yet, and loses nothing when another document comes", () => {
    const store = createEditorStore(document);
    store.apply(connect("c", "out", "b"));
    expect(isDirty(store.get())).toBe(true);
    const mine = store.document();
    store.replace({ ...document, name: "theirs" }, true);
    expect(isDirty(store.get())).toBe(false);
    store.undo();
    expect(store.document()).toBe(mine);
    expect(isDirty(store.get())).toBe(true);
  });
});
