// A workflow document as the server keeps it. What the console does not know it hands on untouched.
import type { Schemas } from "~/api/client";

export type { Problem } from "~/api/errors";

export type NodeType = Schemas["NodeType"];
export type TriggerType = Schemas["TriggerType"];

export interface Place {
  x: number;
  y: number;
}

export type Config = Record<string, unknown>;

export interface DocNode {
  id: string;
  type: string;
  name?: string;
  config?: Config;
  /** General settings: timeout, retry, on_error, note, disabled … */
  settings?: Config;
  ui?: Place;
}

export interface DocEdge {
  from: string;
  /** Absent: the only one, "out". */
  port?: string;
  to: string;
}

export interface DocTrigger {
  type: string;
  config?: Config;
  ui?: Place;
}

/** A note on the canvas: for people, kept in the document's `ui`. */
export interface Note extends Place {
  id: string;
  width: number;
  height: number;
  text: string;
}

export interface WorkflowDocument {
  version: number;
  name: string;
  description?: string;
  trigger: DocTrigger;
  nodes: DocNode[];
  edges: DocEdge[];
  ui?: { notes?: Note[] } & Record<string, unknown>;
  [more: string]: unknown;
}

/** The trigger's id wherever a node's id may stand. */
export const TRIGGER = "trigger";
export const OUT = "out";
export const ERROR = "error";

export const portOf = (edge: DocEdge): string => edge.port ?? OUT;

/** An edge's name: two edges with the same one are one. */
export const edgeKey = (edge: DocEdge): string => `${edge.from}:${portOf(edge)}:${edge.to}`;

export const notesOf = (document: WorkflowDocument): readonly Note[] => document.ui?.notes ?? [];

export const nodeOf = (document: WorkflowDocument, id: string): DocNode | undefined =>
  document.nodes.find((node) => node.id === id);
