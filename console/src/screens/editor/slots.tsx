// The side panel's contents, each a folder of its own that comes when it is opened.
import { lazy, type ComponentType } from "react";
import type { Schemas } from "~/api/client";
import { preloadSections, type Section } from "~/i18n/sections";
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

/** A panel, loaded together with the texts that it shows first. */
function panel<P>(load: () => Promise<{ default: ComponentType<P> }>, ...texts: Section[]) {
  return lazy(async () => (await Promise.all([load(), preloadSections(texts)]))[0]);
}

export const NodeInspector = panel<NodeInspectorProps>(() => import("./inspector/NodeInspector"), "inspector", "form");
export const TriggerPanel = panel<TriggerPanelProps>(() => import("./trigger/TriggerPanel"), "trigger", "form");
