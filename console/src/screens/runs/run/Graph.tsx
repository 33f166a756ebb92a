// The graph that the run went through, to look at: what each node became, and which ways were taken.
import { Handle, MarkerType, Panel, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { duration } from "~/lib/time";
import { ErrorState, Icon, Skeleton, toneOf, useStatusName } from "~/ui";
import { Dots } from "~/screens/editor/canvas/Dots";
import { ZoomButtons } from "~/screens/editor/canvas/ZoomButtons";
import { useNodeTypes, useRunDocument } from "./data";
import { latest, NODE, places, wayOf, type GraphDocument } from "./graph";
import { keyOf, TRIGGER, type NodeRun, type RunDetail } from "./rows";
import "@xyflow/react/dist/base.css";
import "./Graph.css";

interface Box extends Record<string, unknown> {
  name: string;
  icon: string | null;
  status: string | null;
  ms: number | null;
  attempt: number;
}

const RunNode = memo(function RunNode({ data, selected }: NodeProps<Node<Box>>) {
  const name = useStatusName();
  const { status } = data;
  return (
    <div className={classes("rg-node", status && `ui-tone-${toneOf(status)}`, `rg-node-${status ?? "none"}`, selected && "rg-node-selected")}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="rg-icon">
        <Icon name={data.icon} />
      </span>
      <span className="rg-text">
        <span className="rg-name">{data.name}</span>
        <span className="rg-status">
          {status ? name(status) : "–"}
          {data.ms !== null && ` · ${duration(data.ms)}`}
          {data.attempt > 1 && ` · ×${data.attempt}`}
        </span>
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

const NODE_TYPES = { run: RunNode };
// Its licence (MIT) does not ask for the mark; About names it.
const ATTRIBUTION = { hideAttribution: true };
const FIT = { padding: 0.06, maxZoom: 1.1 };

interface Props {
  run: RunDetail;
  selected: string;
  onSelect: (key: string) => void;
}

function boxOf(id: string, document: GraphDocument, run: RunDetail, node: NodeRun | undefined, trigger: string, icon: string | null): Box {
  if (id === TRIGGER) return { name: trigger, icon: "zap", status: run.started_at ? "completed" : run.status, ms: null, attempt: 1 };
  const written = document.nodes.find((one) => one.id === id);
  return { name: written?.name || id, icon, status: node?.status ?? null, ms: node?.duration_ms ?? null, attempt: node?.attempt ?? 1 };
}

function useElements(document: GraphDocument, run: RunDetail, selected: string): { nodes: Node<Box>[]; edges: Edge[] } {
  const t = useT();
  const types = useNodeTypes();
  return useMemo(() => {
    const runs = latest(run.nodes);
    const where = places(document);
    const selectedId = selected.split("/")[0];
    const type = new Map(document.nodes.map((node) => [node.id, node.type]));
    const nodes = [...where].map(([id, position]) => ({
      id,
      type: "run",
      position,
      width: NODE.width,
      height: NODE.height,
      selected: id === selectedId,
      ariaLabel: id,
      data: boxOf(id, document, run, runs.get(id), t.runs.trigger, types.get(type.get(id) ?? "")?.icon ?? null),
    }));
    const edges = document.edges.map((edge, index) => {
      const way = wayOf(edge, runs, run.started_at !== null);
      return {
        id: String(index),
        source: edge.from,
        target: edge.to,
        label: edge.port,
        className: `rg-edge-${way}`,
        animated: way === "taken" && runs.get(edge.to)?.status === "running",
        markerEnd: { type: MarkerType.ArrowClosed, color: way === "taken" ? "var(--accent)" : "var(--border-strong)" },
      };
    });
    return { nodes, edges };
  }, [document, run, selected, t, types]);
}

export default function Graph(props: Props) {
  const document = useRunDocument(props.run);
  if (document.isPending) return <Skeleton lines={6} />;
  if (document.isError) return <ErrorState error={document.error} onRetry={() => void document.refetch()} />;
  return <Flow document={document.data} {...props} />;
}

function Flow({ document, run, selected, onSelect }: Props & { document: GraphDocument }) {
  const t = useT();
  const { nodes, edges } = useElements(document, run, selected);
  const choose = (id: string) => {
    const node = latest(run.nodes).get(id);
    onSelect(node ? keyOf(node) : id);
  };
  return (
    <div className="rg" role="region" aria-label={t.runs.graph}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onNodeClick={(_, node) => choose(node.id)}
        onSelectionChange={({ nodes: [node] }) => node && node.id !== selected.split("/")[0] && choose(node.id)}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        onlyRenderVisibleElements={nodes.length > 100}
        fitView
        fitViewOptions={FIT}
        minZoom={0.1}
        maxZoom={2}
        proOptions={ATTRIBUTION}
      >
        <Dots gap={20} />
        <Panel position="bottom-left" className="rg-tools">
          <ZoomButtons fit={FIT} />
        </Panel>
      </ReactFlow>
    </div>
  );
}
