// From time to place: true to scale where something is done; where nothing is done for long, a gap of
// a fixed width.
import { duration } from "~/lib/time";
import type { Row, Segment } from "./rows";

export interface Piece {
  from: number;
  to: number;
  /** Place, 0 to 1. */
  x0: number;
  x1: number;
  isGap: boolean;
}

export interface Scale {
  start: number;
  end: number;
  pieces: Piece[];
}

const GAP_WIDTH = 0.06;
/** Idle time is shortened where it is longer than this part of the time that something was done. */
const GAP_SHARE = 0.4;
/** More of them would leave no room for what is done. */
const MOST_GAPS = 30;
const LEAST_MS = 1;
const IDLE = new Set<Segment["kind"]>(["queue", "wait", "retry"]);

interface Interval {
  from: number;
  to: number;
  isIdle: boolean;
}

/** Times in which something is done, in their order, none touching another. */
function busyTimes(segments: readonly Segment[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  const busy = segments.filter(({ kind, from, to }) => !IDLE.has(kind) && to > from);
  for (const { from, to } of busy.sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

/** The whole span in parts in which something is done, or nothing. */
function intervals(segments: readonly Segment[], start: number, end: number): Interval[] {
  const found: Interval[] = [];
  let at = start;
  for (const { from, to } of busyTimes(segments)) {
    if (from > at) found.push({ from: at, to: from, isIdle: true });
    found.push({ from, to, isIdle: false });
    at = to;
  }
  if (at < end || !found.length) found.push({ from: at, to: end, isIdle: true });
  return found;
}

export function scaleOf(rows: readonly Row[]): Scale {
  const segments = rows.flatMap((row) => row.segments);
  const start = segments.reduce((least, { from }) => Math.min(least, from), Infinity);
  const end = segments.reduce((most, { to }) => Math.max(most, to), start + LEAST_MS);
  const all = intervals(segments, start, end);
  const busy = all.reduce((sum, { isIdle, from, to }) => sum + (isIdle ? 0 : to - from), 0);
  const long = all.filter(({ isIdle, from, to }) => isIdle && busy > 0 && to - from > busy * GAP_SHARE);
  const gaps = long.sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_GAPS);
  const isShort = new Set(gaps);
  const isGap = (one: Interval) => isShort.has(one);
  const gapWidth = Math.min(GAP_WIDTH, 0.5 / Math.max(1, gaps.length));
  const rest = all.reduce((sum, one) => sum + (isGap(one) ? 0 : one.to - one.from), 0);
  const room = rest ? 1 - gaps.length * gapWidth : 1;
  let x = 0;
  const pieces = all.map((one) => {
    const width = isGap(one) ? (rest ? gapWidth : 1 / gaps.length) : ((one.to - one.from) / rest) * room;
    const piece = { from: one.from, to: one.to, x0: x, x1: x + width, isGap: isGap(one) };
    x += width;
    return piece;
  });
  return { start, end, pieces };
}

/** Where a time is, 0 to 1. */
export function placeOf(scale: Scale, at: number): number {
  const piece = scale.pieces.find(({ to }) => at <= to) ?? scale.pieces.at(-1);
  if (!piece) return 0;
  const part = (Math.max(piece.from, Math.min(at, piece.to)) - piece.from) / Math.max(LEAST_MS / 1000, piece.to - piece.from);
  return piece.x0 + part * (piece.x1 - piece.x0);
}

export interface Tick {
  x: number;
  label: string;
}

const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1800e3, 3600e3, 7200e3, 21600e3, 43200e3, 86400e3];

/** Round times since the start, far enough from each other to be read. */
export function ticksOf(scale: Scale, most: number): Tick[] {
  const shown = scale.pieces.filter(({ isGap }) => !isGap);
  const span = shown.reduce((sum, { from, to }) => sum + to - from, 0);
  const step = NICE.find((one) => span / one <= most) ?? 86_400_000;
  const ticks: Tick[] = [{ x: 0, label: duration(0).replace(".0", "") }];
  for (const { from, to } of shown) {
    for (let at = scale.start + Math.ceil((from - scale.start) / step) * step; at <= to; at += step) {
      const x = placeOf(scale, at);
      const label = duration(at - scale.start);
      const last = ticks.at(-1);
      if (last && x - last.x >= 0.6 / most && x <= 0.97 && label !== last.label) ticks.push({ x, label });
    }
  }
  return ticks;
}
