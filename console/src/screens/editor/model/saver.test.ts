import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "~/api/errors";
import { setTop } from "./actions";
import { createSaver, isNewer, type Basis, type LocalDraft } from "./saver";
import { createEditorStore } from "./store";
import type { WorkflowDocument } from "./types";

const document: WorkflowDocument = { version: 1, name: "w", trigger: { type: "manual" }, nodes: [], edges: [] };

function setUp(answers: (string | ApiError)[], first: Basis = { etag: "v1" }) {
  const store = createEditorStore(document);
  const sent: [string, string][] = [];
  let local: LocalDraft | null = null;
  const saver = createSaver(store, first, {
    put: (draft, etag) => {
      sent.push([draft.name, etag]);
      const answer = answers.shift() ?? "v9";
      return typeof answer === "string" ? Promise.resolve({ etag: answer, problems: [] }) : Promise.reject(answer);
    },
    remember: (draft) => (local = draft),
  });
  const stop = saver.start();
  const rename = (name: string) => store.apply(setTop({ name }));
  return { store, saver, sent, rename, stop, local: () => local };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the saver", () => {
  it("saves soon after the last change, based on the version that it knows", async () => {
    const { saver, sent, rename, local } = setUp(["v2", "v3"]);
    rename("a");
    await vi.advanceTimersByTimeAsync(500);
    rename("b");
    expect(local()).toMatchObject({ etag: "v1", document: { name: "b" } });
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(saver.state.get().kind).toBe("saved");
    expect(local()).toBe(null);
    rename("c");
    expect(await saver.flush()).toBe(true);
    expect(sent).toEqual([["b", "v1"], ["c", "v2"]]);
  });
  it("keeps the draft here while the server is away, and saves it then", async () => {
    const { saver, sent, rename, local } = setUp([new ApiError(0, "network", "")]);
    rename("a");
    expect(await saver.flush()).toBe(false);
    expect(saver.state.get().kind).toBe("offline");
    expect(local()?.document.name).toBe("a");
    rename("b");
    await vi.advanceTimersByTimeAsync(5000);
    expect(saver.state.get().kind).toBe("saved");
    expect(sent.at(-1)).toEqual(["b", "v9"]);
    expect(local()).toBe(null);
  });
  it("sends again first what may have arrived, so that it is in the way of nothing", async () => {
    const { saver, sent, rename, local } = setUp([new ApiError(0, "network", ""), "v2", "v3"]);
    rename("a");
    await saver.flush();
    rename("b");
    expect(local()).toMatchObject({ etag: "v1", document: { name: "b" }, sent: { name: "a" } });
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toEqual([["a", "v1"], ["a", "v1"], ["b", "v2"]]);
    expect(saver.state.get().kind).toBe("saved");
  });
  it("goes on in the next sitting from what the last one had sent", async () => {
    const { saver, sent } = setUp(["v2"], { etag: "v1", sent: { ...document, name: "a" } });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([["a", "v1"], ["w", "v2"]]);
    expect(saver.state.get().kind).toBe("saved");
  });
  it("keeps the version that it has reached while it is still saving", async () => {
    const { store, saver, sent, rename, local } = setUp(["v2", new ApiError(0, "network", "")]);
    rename("a");
    const saving = saver.flush();
    rename("b");
    await saving;
    expect(sent).toEqual([["a", "v1"], ["b", "v2"]]);
    expect(local()).toEqual({ etag: "v2", document: store.document() });
  });
  it("saves what is left when the editor is left, and then rests", async () => {
    const { sent, rename, stop } = setUp([new ApiError(0, "network", "")]);
    rename("a");
    expect(await stop()).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });
  it("knows a newer version", () => {
    expect(isNewer('"10"', '"9"')).toBe(true);
    expect(isNewer('"9"', '"10"')).toBe(false);
    expect(isNewer('"9"', '"9"')).toBe(false);
  });
  it("stops at a conflict and goes on from the version that is agreed on", async () => {
    const { saver, sent, rename, local } = setUp([new ApiError(412, "changed", "")]);
    rename("a");
    expect(await saver.flush()).toBe(false);
    rename("b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(local()?.document.name).toBe("b");
    saver.rebase("v7");
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.at(-1)).toEqual(["b", "v7"]);
    expect(saver.state.get().kind).toBe("saved");
  });
  it("says what the server refuses, and tries again after the next change", async () => {
    const { saver, rename } = setUp([new ApiError(422, "invalid_document", "no name")]);
    rename("");
    await saver.flush();
    expect(saver.state.get()).toMatchObject({ kind: "refused", error: { message: "no name" } });
    rename("x");
    await vi.advanceTimersByTimeAsync(1000);
    expect(saver.state.get().kind).toBe("saved");
  });
  it("has nothing to do when the change was undone", async () => {
    const { store, saver, sent, rename, local } = setUp([]);
    rename("a");
    store.undo();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([]);
    expect(saver.state.get().kind).toBe("saved");
    expect(local()).toBe(null);
  });
});
