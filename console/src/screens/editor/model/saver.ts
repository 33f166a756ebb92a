// Keeps the draft: on the server soon after each change, and in this browser until it is there.
// Two editors never overwrite each other: each save names the version that it is based on.
import { ApiError } from "~/api/errors";
import { createStore, type Store } from "~/lib/store";
import { isDirty, type EditorStore } from "./store";
import type { Problem, WorkflowDocument } from "./types";

export type SaveState =
  | { kind: "saved" }
  | { kind: "dirty" }
  | { kind: "saving" }
  /** No answer; it is tried again. */
  | { kind: "offline" }
  /** Somebody else has saved meanwhile. */
  | { kind: "conflict" }
  /** The server does not take it. */
  | { kind: "refused"; error: ApiError };

/** A draft that only this browser has, and the version that it is based on. */
export interface LocalDraft {
  etag: string;
  document: WorkflowDocument;
  /** What was sent before it, and may have arrived. */
  sent?: WorkflowDocument;
}

export interface Saved {
  etag: string;
  problems: readonly Problem[];
}

export interface SaverDeps {
  put(document: WorkflowDocument, etag: string): Promise<Saved>;
  /** Null: forget it. */
  remember(draft: LocalDraft | null): void;
}

export interface Saver {
  state: Pick<Store<SaveState>, "get" | "subscribe" | "use">;
  etag(): string;
  /** Saves now. True: the server has all that there is. */
  flush(): Promise<boolean>;
  /** Goes on from another version: after a conflict, a publication, another's change. */
  rebase(etag: string): void;
  /** Watches the store until what it returns is called, which saves once more what is left. */
  start(): () => Promise<boolean>;
}

/** ETags of drafts are numbers that grow with every change. */
export const isNewer = (etag: string, known: string): boolean => Number(etag.replaceAll('"', "")) > Number(known.replaceAll('"', ""));

const SAVE_MS = 700;
const RETRY_MS = 3000;

/** What a saver goes on from. */
export type Basis = Pick<LocalDraft, "etag" | "sent">;

/** What the server may not have yet; this browser keeps it. */
function createUnsaved(store: EditorStore, first: Basis, keep: SaverDeps["remember"]) {
  let etag = first.etag;
  // Sent without an answer: it has arrived or not, and is sent once more before anything else, which the
  // server takes for the same save. So no save of ours is ever in the way of the next one.
  let unsure = first.sent ?? null;
  const remember = () => {
    const document = store.document();
    keep({ etag, document, ...(unsure && unsure !== document ? { sent: unsure } : {}) });
  };
  return {
    etag: () => etag,
    has: () => unsure !== null || isDirty(store.get()),
    remember,
    forget: () => keep(null),
    /** What is sent next. */
    take() {
      unsure ??= store.document();
      remember();
      return unsure;
    },
    /** It is known what became of what was sent; from which version it goes on. */
    settle(next = etag) {
      etag = next;
      unsure = null;
    },
  };
}

/** Calls `act` once, after as long as was said last; never while it is off. */
function createTimer(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOn = false;
  const cancel = () => clearTimeout(timer);
  return {
    cancel,
    plan(ms: number) {
      cancel();
      if (isOn) timer = setTimeout(act, ms);
    },
    turn(on: boolean) {
      isOn = on;
      if (!on) cancel();
    },
  };
}

/** Sends until the server has all; `retry` is called when it did not answer. */
function createSender(store: EditorStore, unsaved: ReturnType<typeof createUnsaved>, put: SaverDeps["put"], retry: () => void) {
  const state = createStore<SaveState>({ kind: "saved" });
  let running: Promise<boolean> | null = null;
  const settled = () => {
    unsaved.forget();
    state.set({ kind: "saved" });
  };
  const failed = (error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    if (error.isNetwork || error.status >= 500) {
      state.set({ kind: "offline" });
      retry();
      return;
    }
    unsaved.settle();
    state.set(error.status === 412 ? { kind: "conflict" } : { kind: "refused", error });
  };
  const send = async () => {
    const document = unsaved.take();
    state.set({ kind: "saving" });
    const answer = await put(document, unsaved.etag());
    unsaved.settle(answer.etag);
    store.markSaved(document);
    store.setProblems(answer.problems, document);
  };
  const save = async (): Promise<boolean> => {
    try {
      while (unsaved.has()) await send();
    } catch (error) {
      failed(error);
      return false;
    }
    settled();
    return true;
  };
  const flush = (): Promise<boolean> => {
    if (state.get().kind === "conflict") return Promise.resolve(false);
    running ??= save().finally(() => {
      running = null;
    });
    return running;
  };
  return { state, settled, flush, isRunning: () => running !== null };
}

export function createSaver(store: EditorStore, first: Basis, deps: SaverDeps): Saver {
  const unsaved = createUnsaved(store, first, deps.remember);
  const timer = createTimer(() => void flush());
  const sender = createSender(store, unsaved, deps.put, () => timer.plan(RETRY_MS));
  const { state } = sender;
  const flush = () => {
    timer.cancel();
    return sender.flush();
  };
  /** The change was undone: nothing is left to save. */
  const undone = () => {
    if (sender.isRunning() || state.get().kind !== "dirty") return;
    timer.cancel();
    sender.settled();
  };
  let last = store.document();
  const changed = () => {
    const document = store.document();
    if (document === last) return;
    last = document;
    if (!unsaved.has()) return undone();
    unsaved.remember();
    if (sender.isRunning() || state.get().kind === "conflict") return;
    if (state.get().kind !== "offline") state.set({ kind: "dirty" });
    timer.plan(SAVE_MS);
  };
  return {
    state,
    etag: unsaved.etag,
    flush,
    rebase(next) {
      unsaved.settle(next);
      state.set({ kind: unsaved.has() ? "dirty" : "saved" });
      if (unsaved.has()) void flush();
      else unsaved.forget();
    },
    start() {
      const unsubscribe = store.subscribe(changed);
      timer.turn(true);
      if (unsaved.has()) timer.plan(0);
      return () => {
        unsubscribe();
        timer.turn(false);
        return unsaved.has() ? flush() : Promise.resolve(true);
      };
    },
  };
}
