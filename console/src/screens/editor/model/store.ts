// What the editor holds: the document with its history, and what is selected.
import { createStore, type Store } from "~/lib/store";
import type { Change } from "./actions";
import { begin, redo, step, undo, type History } from "./history";
import { placeProblems, type PlacedProblem } from "./problems";
import type { Problem, WorkflowDocument } from "./types";

export interface EditorState {
  history: History<WorkflowDocument>;
  /** Ids of nodes and notes, TRIGGER, keys of edges. */
  selection: ReadonlySet<string>;
  /** The server's, of the document as it was last checked. */
  problems: readonly PlacedProblem[];
  /** The document that the server has. */
  saved: WorkflowDocument;
}

export interface EditorStore extends Pick<Store<EditorState>, "get" | "subscribe"> {
  document(): WorkflowDocument;
  /** A step that can be undone; those of one `kind` in quick succession are one. */
  apply(change: Change, kind?: string): void;
  undo(): void;
  redo(): void;
  select(ids: Iterable<string>): void;
  /** What the server says about a document that it has seen. */
  setProblems(problems: readonly Problem[], of: WorkflowDocument): void;
  markSaved(document: WorkflowDocument): void;
  /** Another document in its place: a step like others, so nothing is lost. */
  replace(document: WorkflowDocument, isSaved: boolean): void;
}

const NOTHING: ReadonlySet<string> = new Set();

export function createEditorStore(document: WorkflowDocument): EditorStore {
  const store = createStore<EditorState>({ history: begin(document), selection: NOTHING, problems: [], saved: document });
  const patch = (part: Partial<EditorState>) => store.set({ ...store.get(), ...part });
  const travel = (to: (history: History<WorkflowDocument>) => History<WorkflowDocument>) => {
    const history = to(store.get().history);
    if (history !== store.get().history) patch({ history });
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    document: () => store.get().history.present,
    apply: (change, kind) => travel((history) => step(history, change(history.present), kind ?? null, Date.now())),
    undo: () => travel(undo),
    redo: () => travel(redo),
    select(ids) {
      const next = new Set(ids);
      const now = store.get().selection;
      if (next.size !== now.size || [...next].some((id) => !now.has(id))) patch({ selection: next });
    },
    setProblems: (problems, of) => patch({ problems: placeProblems(of, problems) }),
    markSaved: (saved) => patch({ saved }),
    replace(next, isSaved) {
      const history = step(store.get().history, next, null, Date.now());
      patch({ history, selection: NOTHING, ...(isSaved ? { saved: next } : {}) });
    },
  };
}

export const isDirty = (state: EditorState): boolean => state.history.present !== state.saved;
