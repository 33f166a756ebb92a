// The side panel's contents, each a folder of its own that comes when it is opened.
import type { ComponentType } from "react";
import type { Schemas } from "~/api/client";
import type { PlacedProblem } from "./model/problems";
import type { DocNode, DocTrigger, WorkflowDocument } from "./model/types";

export interface NodeInspectorProps {
  document: WorkflowDocument;
  nodeId: string;
  /** The node in place of the old one. Another `id` renames it everywhere. */
  onChange: (node: DocNode) => void;
  /** Those of this node; `inside` is the pointer in it: /config/url. */
  problems: readonly PlacedProblem[];
  readOnly: boolean;
  workflow: Schemas["Workflow"];
  /** The run that the canvas shows: its data is what expressions are previewed with. */
  runId: string | null;
}

export interface TriggerPanelProps {
  workflow: Schemas["Workflow"];
  document: WorkflowDocument;
  onChange: (trigger: DocTrigger) => void;
  problems: readonly PlacedProblem[];
  readOnly: boolean;
}

/** Null: nodes cannot be opened. */
export const NodeInspector: ComponentType<NodeInspectorProps> | null = null;
export const TriggerPanel: ComponentType<TriggerPanelProps> | null = null;
