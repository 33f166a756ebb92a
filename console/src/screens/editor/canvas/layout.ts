// Places for all nodes at once, from left to right; with dagre, so it is loaded when it is asked for.
import { graphlib, layout } from "@dagrejs/dagre";
import { heightOf, NODE, snap } from "../model/places";
import { portsById } from "../model/ports";
import { TRIGGER, type NodeType, type Place, type WorkflowDocument } from "../model/types";

export function layOut(document: WorkflowDocument, types: ReadonlyMap<string, NodeType>): ReadonlyMap<string, Place> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 48, ranksep: 80, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = [TRIGGER, ...document.nodes.map((node) => node.id)];
  for (const id of ids) graph.setNode(id, { width: NODE.width, height: heightOf(portsById(document, id, types)) });
  for (const edge of document.edges) graph.setEdge(edge.from, edge.to);
  layout(graph);
  return new Map(
    ids.map((id) => {
      const { x, y, width, height } = graph.node(id) as { x: number; y: number; width: number; height: number };
      return [id, snap({ x: x - width / 2, y: y - height / 2 })];
    }),
  );
}
