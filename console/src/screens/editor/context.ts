// What all parts of the editor need beside the document itself.
import { createContext, useContext } from "react";
import type { Types, Workflow } from "./data";
import type { Source } from "./model/actions";
import type { Saver } from "./model/saver";
import type { DocEdge, Place } from "./model/types";

export interface EditorContext {
  workflow: Workflow;
  types: Types;
  saver: Saver;
  readOnly: boolean;
  /** The node (or the trigger) whose side panel is open; it stands in the URL. */
  openId: string | null;
  open: (id: string | null) => void;
  /** The same by keyboard: the focus goes along. */
  enter: (id: string) => void;
  /** The panel that opens next takes the focus. */
  isEntering: { current: boolean };
  /** The run whose states the canvas shows; it stands in the URL. */
  runId: string | null;
  showRun: (id: string | null) => void;
  /** The kept event that expressions are previewed with; it stands in the URL, too. */
  kept: string | null;
  chooseKept: (name: string | null) => void;
  setWorkflow: (workflow: Workflow) => void;
  /** Opens the palette of node types. */
  add: (request: AddRequest) => void;
  /** What the canvas can do for others; null while the outline is shown. */
  view: { current: CanvasView | null };
}

export interface AddRequest {
  /** Where on the screen; absent: in the middle. */
  at?: Place;
  /** Where on the canvas. */
  place?: Place;
  after?: Source;
  into?: DocEdge;
}

export interface CanvasView {
  /** What is in the middle of the window. */
  center: () => Place;
  /** Brings nodes into sight. */
  reveal: (ids: readonly string[]) => void;
}

const Context = createContext<EditorContext | null>(null);
export const EditorContextProvider = Context;

export function useEditorContext(): EditorContext {
  const context = useContext(Context);
  if (!context) throw new Error("outside of the editor");
  return context;
}
