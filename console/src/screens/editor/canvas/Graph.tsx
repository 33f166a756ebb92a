// A workflow's graph, to be looked at or (with what `flow` adds) changed: the frame around React Flow
// that the editor and the view of a run have in common.
import { Background, BackgroundVariant, MiniMap, ReactFlow, type ReactFlowProps } from "@xyflow/react";
import type { Edge } from "@xyflow/react";
import type { ReactNode } from "react";
import { useLanguage, useT } from "~/i18n";
import { useTheme } from "~/theme/theme";
import { toneOf } from "~/ui";
import { GRID } from "../model/places";
import { StepCard, TriggerCard } from "./cards";
import type { FlowNode } from "./flow";
import { useGraph } from "./GraphContext";
import { Line } from "./Line";
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
  withMap: boolean;
  children?: ReactNode;
};

export function Graph({ withMap, children, ...flow }: Props) {
  const t = useT();
  const { language } = useLanguage();
  const theme = useTheme();
  const { runs, edit } = useGraph();
  const tone = (node: FlowNode) => {
    const run = runs.get(node.id);
    return `map-node map-${node.type}${run ? ` ui-tone-${toneOf(run.status)}` : ""}`;
  };
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
      <Background variant={BackgroundVariant.Dots} gap={GRID} size={1} />
      {withMap && <MiniMap pannable zoomable nodeClassName={tone} ariaLabel={t.editor.minimap} className="canvas-map" />}
      {children}
    </ReactFlow>
  );
}
