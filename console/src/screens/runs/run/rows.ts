// What a run did, as bars on a line of time.
import type { Schemas } from "~/api/client";

export type RunDetail = Schemas["Run"] & { nodes: NodeRun[] };
export type NodeRun = Schemas["NodeRun"];

/** queue, wait and retry are idle: nothing is done then. */
export type SegmentKind = "queue" | "work" | "ok" | "failed" | "wait" | "retry";

export interface Segment {
  kind: SegmentKind;
  from: number;
  to: number;
  attempt?: number;
  /** It goes on. */
  isOpen?: boolean;
}

export interface Row {
  key: string;
  /** Null: the trigger. */
  node: NodeRun | null;
  segments: Segment[];
}

export const TRIGGER = "trigger";
/** Types whose work is to let time pass. */
const IDLE_TYPES = new Set(["wait"]);

/** A node's name in URLs: with the iteration where it is in a loop. */
export const keyOf = (node: Pick<NodeRun, "id" | "iteration">): string => (node.iteration ? `${node.id}/${node.iteration}` : node.id);

const time = (text: string | null | undefined): number | null => (text ? Date.parse(text) : null);

function segmentsOf(node: NodeRun, now: number): Segment[] {
  const segments: Segment[] = [];
  let last: number | null = null;
  const isIdle = IDLE_TYPES.has(node.type);
  for (const attempt of node.attempts) {
    const from = time(attempt.started_at);
    const to = time(attempt.finished_at);
    if (from === null || to === null) continue;
    if (last !== null && from > last) segments.push({ kind: "retry", from: last, to: from });
    segments.push({ kind: attempt.error ? "failed" : isIdle ? "wait" : "ok", from, to, attempt: attempt.attempt });
    last = to;
  }
  if (node.status === "running" || node.status === "waiting") {
    const from = last ?? time(node.started_at);
    const kind = node.waiting_for === "retry" ? "retry" : node.status === "waiting" ? "wait" : "work";
    if (from !== null) segments.push({ kind, from, to: Math.max(from, now), isOpen: true });
  }
  return segments;
}

/** The trigger, then nodes in the order in which they began, then those that have not. */
export function rowsOf(run: RunDetail, now: number): Row[] {
  const queued = Date.parse(run.queued_at);
  const begun = time(run.started_at) ?? time(run.finished_at);
  const queue: Segment = { kind: "queue", from: queued, to: Math.max(queued, begun ?? now), isOpen: begun === null };
  const rows = run.nodes.map((node) => ({ key: keyOf(node), node, segments: segmentsOf(node, now) }));
  const start = (row: Row) => time(row.node?.started_at) ?? Infinity;
  rows.sort((a, b) => (start(a) === start(b) ? 0 : start(a) - start(b)));
  return [{ key: TRIGGER, node: null, segments: [queue] }, ...rows];
}

/** The node to look at first: the one that failed, or waits, or ran last. */
export function firstKey(run: RunDetail): string {
  const failed = run.error?.node && run.nodes.find((node) => node.id === run.error?.node);
  const found =
    failed ||
    run.nodes.find((node) => node.status === "failed" && run.status !== "completed") ||
    run.nodes.find((node) => node.status === "waiting" || node.status === "running");
  return found ? keyOf(found) : TRIGGER;
}
