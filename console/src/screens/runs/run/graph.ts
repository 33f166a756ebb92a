// The graph of a run: where its nodes stand, and which edges were gone along.
import { TRIGGER, type NodeRun } from "./rows";

export interface Place {
  x: number;
  y: number;
}
export interface DocNode {
  id: string;
  type: string;
  name?: string;
  ui?: Partial<Place>;
}
export interface DocEdge {
  from: string;
  to: string;
  port?: string;
}
export interface GraphDocument {
  trigger: { type: string; ui?: Partial<Place> };
  nodes: DocNode[];
  edges: DocEdge[];
}

export const NODE = { width: 208, height: 56 };
const STEP = { x: 256, y: 104 };

const PASSING = "";

/** How many edges the longest way from the trigger has. The graph has no cycles. */
export function depths(document: GraphDocument): Map<string, number> {
  const found = new Map<string, number>([[TRIGGER, 0]]);
  const into = new Map<string, string[]>();
  for (const { from, to } of document.edges) into.set(to, [...(into.get(to) ?? []), from]);
  const depth = (id: string): number => {
    const known = found.get(id);
    if (known !== undefined) return known;
    found.set(id, 0); // against a document that is broken
    const own = Math.max(0, ...(into.get(id) ?? []).map((from) => depth(from) + 1));
    found.set(id, own);
    return own;
  };
  for (const { id } of document.nodes) depth(id);
  return found;
}

const placed = (ui: Partial<Place> | undefined): Place | null =>
  typeof ui?.x === "number" && typeof ui.y === "number" ? { x: ui.x, y: ui.y } : null;

/** Where the document says; all in columns by their distance from the trigger when it does not. */
export function places(document: GraphDocument): Map<string, Place> {
  const own = document.nodes.map((node) => [node.id, placed(node.ui)] as const);
  if (own.length && own.every(([, place]) => place)) {
    const found = new Map(own as [string, Place][]);
    const left = Math.min(...[...found.values()].map(({ x }) => x));
    const first = document.edges.find(({ from }) => from === TRIGGER)?.to;
    const y = (first === undefined ? undefined : found.get(first)?.y) ?? 0;
    return found.set(TRIGGER, placed(document.trigger.ui) ?? { x: left - STEP.x, y });
  }
  const columns = new Map<number, string[]>();
  const depth = depths(document);
  for (const id of [TRIGGER, ...document.nodes.map((node) => node.id)]) {
    const column = depth.get(id) ?? 0;
    columns.set(column, [...(columns.get(column) ?? []), id]);
  }
  // An edge that passes a column has a row of its own there, and so runs behind no node.
  for (const { from, to } of document.edges)
    for (let column = (depth.get(from) ?? 0) + 1; column < (depth.get(to) ?? 0); column++)
      columns.set(column, [...(columns.get(column) ?? []), PASSING]);
  const found = new Map<string, Place>();
  for (const [column, ids] of columns)
    ids.forEach((id, row) => found.set(id, { x: column * STEP.x, y: (row - (ids.length - 1) / 2) * STEP.y }));
  found.delete(PASSING);
  return found;
}

export type Way = "taken" | "dead" | "open";

/** Was the run led along that edge? "open": it is not decided. */
export function wayOf(edge: DocEdge, nodes: ReadonlyMap<string, NodeRun>, isStarted: boolean): Way {
  if (edge.from === TRIGGER) return isStarted ? "taken" : "open";
  const from = nodes.get(edge.from);
  if (!from) return "open";
  if (from.status === "skipped" || from.status === "canceled") return "dead";
  if (from.status === "failed" && !from.port) return "dead";
  if (!from.port) return "open";
  return (edge.port ?? "out") === from.port ? "taken" : "dead";
}

/** The last iteration of each node. */
export function latest(nodes: readonly NodeRun[]): Map<string, NodeRun> {
  const found = new Map<string, NodeRun>();
  for (const node of nodes) {
    const other = found.get(node.id);
    if (!other || (node.iteration ?? 0) >= (other.iteration ?? 0)) found.set(node.id, node);
  }
  return found;
}

