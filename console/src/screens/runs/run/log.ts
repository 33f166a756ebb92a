// What happened in a run, line by line.
import type { NodeRun, RunDetail } from "./rows";

export type LogKind =
  | "queued"
  | "started"
  | "attempt"
  | "completed"
  | "failed"
  | "retry"
  | "waiting"
  | "message"
  | "ended";

export interface LogLine {
  at: number;
  kind: LogKind;
  level: "info" | "warn" | "error" | "debug";
  node: NodeRun | null;
  attempt?: number;
  /** What the node or the error said. */
  text?: string;
  ms?: number;
}

interface Attempt {
  attempt: number;
  started_at: string | null;
  finished_at: string | null;
  error: { code: string; message: string } | null;
}

function ofAttempt(node: NodeRun, { attempt, started_at, finished_at, error }: Attempt, next: Attempt | undefined): LogLine[] {
  if (!started_at || !finished_at) return [];
  const [from, to] = [Date.parse(started_at), Date.parse(finished_at)];
  const lines: LogLine[] = [{ at: from, kind: "attempt", level: "debug", node, attempt }];
  if (!error) lines.push({ at: to, kind: "completed", level: "info", node, attempt, ms: to - from });
  else lines.push({ at: to, kind: "failed", level: next ? "warn" : "error", node, attempt, text: error.message || error.code, ms: to - from });
  if (next?.started_at) lines.push({ at: to, kind: "retry", level: "warn", node, attempt: next.attempt, ms: Date.parse(next.started_at) - to });
  return lines;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** What a log node wrote. */
function messageOf(node: NodeRun): LogLine[] {
  const output = node.output as { data?: unknown } | null | undefined;
  if (node.type !== "log" || !node.finished_at || typeof output?.data !== "string") return [];
  const wanted = (node.input as { level?: string } | null | undefined)?.level;
  const level = LEVELS.find((one) => one === wanted) ?? "info";
  return [{ at: Date.parse(node.finished_at), kind: "message", level, node, text: output.data }];
}

function ofNode(node: NodeRun): LogLine[] {
  const lines = node.attempts.flatMap((attempt, index) => ofAttempt(node, attempt, node.attempts[index + 1]));
  const last = node.attempts.at(-1)?.finished_at ?? node.started_at;
  if ((node.status === "waiting" || node.status === "running") && last)
    lines.push({ at: Date.parse(last), kind: node.status === "waiting" ? "waiting" : "attempt", level: "info", node, attempt: node.attempt });
  return [...lines, ...messageOf(node)];
}

export function logOf(run: RunDetail): LogLine[] {
  const lines: LogLine[] = [{ at: Date.parse(run.queued_at), kind: "queued", level: "info", node: null }];
  if (run.started_at) lines.push({ at: Date.parse(run.started_at), kind: "started", level: "info", node: null });
  for (const node of run.nodes) lines.push(...ofNode(node));
  lines.sort((a, b) => a.at - b.at);
  if (run.finished_at)
    lines.push({
      at: Date.parse(run.finished_at),
      kind: "ended",
      level: run.status === "completed" ? "info" : "error",
      node: null,
      text: run.error?.message,
      ms: run.duration_ms ?? undefined,
    });
  return lines;
}
