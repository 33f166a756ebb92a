// The side panel's contents, each a folder of its own that comes when it is opened.
import type { Schemas } from "~/api/client";
import { part } from "~/app/part";
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
  /** A kept event that stands in for what came in; it stands in the URL. */
  kept?: string | null;
  onKept?: (name: string | null) => void;
  /** A run of this node, or of all up to it, was started. */
  onRun?: (id: string | null) => void;
  /** Keeps an output of the node for test runs (`withPinned`); undefined takes it away. */
  onPin?: (id: string, output: unknown) => void;
}

export interface TriggerPanelProps {
  workflow: Schemas["Workflow"];
  document: WorkflowDocument;
  onChange: (trigger: DocTrigger) => void;
  problems: readonly PlacedProblem[];
  readOnly: boolean;
  /** A request that was listened to, or a start from here, has made this run. */
  onRun?: (id: string) => void;
}

export const { Shown: NodeInspector } = part<NodeInspectorProps>(() => import("./inspector/NodeInspector"), "inspector", "form");
export const { Shown: TriggerPanel } = part<TriggerPanelProps>(() => import("./trigger/TriggerPanel"), "trigger", "form");
