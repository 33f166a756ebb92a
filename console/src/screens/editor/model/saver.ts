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

export function createSaver(store: EditorStore, first: Basis, deps: SaverDeps): Saver {
  const state = createStore<SaveState>({ kind: "saved" });
  let etag = first.etag;
  // Sent without an answer: it has arrived or not, and is sent once more before anything else, which the
  // server takes for the same save. So no save of ours is ever in the way of the next one.
  let unsure = first.sent ?? null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;

  let isWatching = false;

  const plan = (ms: number) => {
    clearTimeout(timer);
    if (!isWatching) return;
    timer = setTimeout(() => void flush(), ms);
  };
  const hasMore = () => unsure !== null || isDirty(store.get());
  const remember = () => {
    const document = store.document();
    deps.remember({ etag, document, ...(unsure && unsure !== document ? { sent: unsure } : {}) });
  };
  const failed = (error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    if (error.isNetwork || error.status >= 500) {
      state.set({ kind: "offline" });
      plan(RETRY_MS);
      return;
    }
    unsure = null;
    state.set(error.status === 412 ? { kind: "conflict" } : { kind: "refused", error });
  };
  const save = async (): Promise<boolean> => {
    while (hasMore()) {
      const document = unsure ?? store.document();
      unsure = document;
      remember();
      state.set({ kind: "saving" });
      try {
        const answer = await deps.put(document, etag);
        etag = answer.etag;
        unsure = null;
        store.markSaved(document);
        store.setProblems(answer.problems, document);
      } catch (error) {
        failed(error);
        return false;
      }
    }
    deps.remember(null);
    state.set({ kind: "saved" });
    return true;
  };
  const flush = (): Promise<boolean> => {
    clearTimeout(timer);
    if (state.get().kind === "conflict") return Promise.resolve(false);
    running ??= save().finally(() => {
      running = null;
    });
    return running;
  };
  let last = store.document();
  const changed = () => {
    const document = store.document();
    if (document === last) return;
    last = document;
    if (!hasMore()) {
      if (!running && state.get().kind === "dirty") {
        clearTimeout(timer);
        deps.remember(null);
        state.set({ kind: "saved" });
      }
      return;
    }
    remember();
    if (running || state.get().kind === "conflict") return;
    if (state.get().kind !== "offline") state.set({ kind: "dirty" });
    plan(SAVE_MS);
  };
  return {
    state,
    etag: () => etag,
    flush,
    rebase(next) {
      etag = next;
      unsure = null;
      state.set({ kind: isDirty(store.get()) ? "dirty" : "saved" });
      if (isDirty(store.get())) void flush();
      else deps.remember(null);
    },
    start() {
      const unsubscribe = store.subscribe(changed);
      isWatching = true;
      if (hasMore()) plan(0);
      return () => {
        unsubscribe();
        isWatching = false;
        return hasMore() ? flush() : Promise.resolve(true);
      };
    },
  };
}
