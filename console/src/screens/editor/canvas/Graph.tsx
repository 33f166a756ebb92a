// A workflow's graph, to be looked at or (with what `flow` adds) changed: the frame around React Flow
// that the editor and the view of a run have in common.
import { ReactFlow, type ReactFlowProps } from "@xyflow/react";
import type { Edge } from "@xyflow/react";
import type { ReactNode } from "react";
import { useLanguage, useT } from "~/i18n";
import { useTheme } from "~/theme/theme";
import { GRID } from "../model/places";
import type { WorkflowDocument } from "../model/types";
import { Dots } from "./Dots";
import { StepCard, TriggerCard } from "./cards";
import type { FlowNode } from "./flow";
import { useGraph } from "./GraphContext";
import { Line } from "./Line";
import { OverviewMap } from "./Map";
import { NoteCard } from "./NoteCard";
import "@xyflow/react/dist/base.css";
import "./canvas.css";

const nodeTypes = { step: StepCard, trigger: TriggerCard, note: NoteCard };
const edgeTypes = { line: Line };
const FIT = { padding: 0.16, maxZoom: 1, minZoom: 0.35 };
const ATTRIBUTION = { hideAttribution: true };
const SNAP: [number, number] = [GRID, GRID];

type Props = Partial<ReactFlowProps<FlowNode, Edge>> & {
  nodes: FlowNode[];
  edges: Edge[];
  document: WorkflowDocument;
  withMap: boolean;
  children?: ReactNode;
};

export function Graph({ document, withMap, children, ...flow }: Props) {
  const t = useT();
  const { language } = useLanguage();
  const theme = useTheme();
  const { edit } = useGraph();
  return (
    <ReactFlow
      key={language}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      colorMode={theme}
      fitView
      fitViewOptions={FIT}
      minZoom={0.1}
      maxZoom={2}
      snapToGrid
      snapGrid={SNAP}
      onlyRenderVisibleElements
      nodesDraggable={!!edit}
      nodesConnectable={!!edit}
      connectOnClick={false}
      deleteKeyCode={null}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      panOnScroll
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
      proOptions={ATTRIBUTION}
      aria-label={t.editor.canvas}
      {...flow}
    >
      <Dots gap={GRID} />
      {withMap && <OverviewMap document={document} />}
      {children}
    </ReactFlow>
  );
}
