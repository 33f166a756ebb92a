// What the numbers say: pure functions of the API's answer.
import type { Schemas } from "~/api/client";

export type Stats = Schemas["Stats"];
export type Point = Schemas["StatPoint"];
export type Latency = Schemas["Latency"];

const sum = (counts: object): number => Object.values(counts as Record<string, number>).reduce((all, n) => all + n, 0);

/** Nothing came, nothing ended, and nothing waits. */
export const isQuiet = (stats: Stats): boolean => sum(stats.total.requests) + sum(stats.total.runs) + stats.queue.runs === 0;

export interface Summary {
  requests: number;
  refused: number;
  /** The part of the requests that was not refused; null: there were none. */
  acceptRate: number | null;
  rate: { n: number; per: "minute" | "hour" | "day" };
  ended: number;
  failed: number;
  /** The part of the runs that did not fail, of those that nobody canceled. */
  successRate: number | null;
}

/** In the shortest unit in which it is one or more. */
function rateOf(n: number, minutes: number): Summary["rate"] {
  const perMinute = minutes > 0 ? n / minutes : 0;
  if (perMinute >= 1) return { n: perMinute, per: "minute" };
  return perMinute * 60 >= 1 ? { n: perMinute * 60, per: "hour" } : { n: perMinute * 1440, per: "day" };
}

/** `now` in ms: the last step may be under way. */
export function summaryOf(stats: Stats, now: number): Summary {
  const { requests, runs } = stats.total;
  const all = sum(requests);
  const failed = runs.failed + runs.timed_out;
  const decided = failed + runs.completed;
  const minutes = (Math.min(now, Date.parse(stats.to)) - Date.parse(stats.from)) / 60_000;
  return {
    requests: all,
    refused: requests.refused,
    acceptRate: all ? 1 - requests.refused / all : null,
    rate: rateOf(all, minutes),
    ended: sum(runs),
    failed,
    successRate: decided ? runs.completed / decided : null,
  };
}

/** What a chart draws: for each step a number of each series, or null where there is none. */
export const SERIES = {
  requests: {
    accepted: (point: Point) => point.requests.accepted,
    other: ({ requests }: Point) => requests.duplicate + requests.filtered + requests.handshake,
    refused: (point: Point) => point.requests.refused,
  },
  runs: {
    completed: (point: Point) => point.runs.completed,
    canceled: (point: Point) => point.runs.canceled,
    failed: (point: Point) => point.runs.failed + point.runs.timed_out,
  },
} as const;
export type CountKind = keyof typeof SERIES;
export type LatencyKind = "accept_ms" | "queue_ms" | "run_ms";
export const LATENCIES: readonly LatencyKind[] = ["accept_ms", "queue_ms", "run_ms"];
export const QUANTILES = ["p50", "p95", "p99"] as const;

/** Bars on top of each other: each series with those before it. */
export function stacked(series: readonly (readonly number[])[]): number[][] {
  const tops: number[][] = [];
  for (const values of series) {
    const below = tops.at(-1);
    tops.push(values.map((value, index) => value + (below?.[index] ?? 0)));
  }
  return tops;
}

/** The step with the largest number; null: there is none but 0. */
export function peakOf(values: readonly (number | null)[]): { index: number; value: number } | null {
  let peak: { index: number; value: number } | null = null;
  values.forEach((value, index) => {
    if (value && value > (peak?.value ?? 0)) peak = { index, value };
  });
  return peak;
}
