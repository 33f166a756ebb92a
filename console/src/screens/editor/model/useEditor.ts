// The editor's store for the components inside of it.
import { createContext, useContext, useRef, useSyncExternalStore } from "react";
import type { PlacedProblem } from "./problems";
import type { EditorState, EditorStore } from "./store";
import type { WorkflowDocument } from "./types";

const Context = createContext<EditorStore | null>(null);
export const EditorProvider = Context;

export function useEditor(): EditorStore {
  const store = useContext(Context);
  if (!store) throw new Error("outside of the editor");
  return store;
}

/** A part of the state; drawn anew when that part is another object. */
export function useEditorState<T>(select: (state: EditorState) => T): T {
  const store = useEditor();
  const latest = useRef(select);
  latest.current = select;
  return useSyncExternalStore(store.subscribe, () => latest.current(store.get()));
}

export const useDocument = (): WorkflowDocument => useEditorState((state) => state.history.present);
export const useSelection = (): ReadonlySet<string> => useEditorState((state) => state.selection);

const byNode = new WeakMap<readonly PlacedProblem[], Map<string | null, PlacedProblem[]>>();
const NONE: readonly PlacedProblem[] = [];

/** The problems of one node, TRIGGER, or null: the document. */
export const problemsOf = (state: EditorState, id: string | null): readonly PlacedProblem[] => {
  let map = byNode.get(state.problems);
  if (!map) {
    map = new Map();
    for (const problem of state.problems) map.set(problem.node, [...(map.get(problem.node) ?? []), problem]);
    byNode.set(state.problems, map);
  }
  return map.get(id) ?? NONE;
};
