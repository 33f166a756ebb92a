// What the cards and lines of a graph look at beside themselves. The canvas of the editor and that of
// a run give it.
import { createContext, useContext } from "react";
import type { Types } from "../data";
import type { Source } from "../model/actions";
import type { Note, Place } from "../model/types";
import type { NodeRun } from "../run";

export interface GraphContext {
  types: Types;
  /** States in the run that is shown, by node. */
  runs: ReadonlyMap<string, NodeRun>;
  /** Is a run shown at all? */
  hasRun: boolean;
  /** How many problems each node has. */
  problems: ReadonlyMap<string, number>;
  /** Absent: the graph can only be looked at. */
  edit?: {
    addAfter: (source: Source, at: Place) => void;
    addInto: (edgeId: string, at: Place) => void;
    setNote: (id: string, part: Partial<Note>, kind?: string) => void;
  };
}

const Context = createContext<GraphContext | null>(null);
export const GraphProvider = Context;

export function useGraph(): GraphContext {
  const graph = useContext(Context);
  if (!graph) throw new Error("outside of a graph");
  return graph;
}
