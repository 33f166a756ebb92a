// What the list shows, as its URL says it.
import type { Schemas } from "~/api/client";
import { boundsOf, windowOfQuery, type TimeWindow } from "~/lib/window";

export type Verdict = Schemas["Request"]["verdict"];
export const VERDICTS: readonly Verdict[] = ["accepted", "refused", "duplicate", "filtered", "handshake"];

/** How far back, when no exact window is given. */
export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;
export type Span = keyof typeof SPANS;

export interface Filter extends TimeWindow<Span> {
  search: string;
  verdict: Verdict | "";
  /** A workflow's id or name. */
  workflow: string;
}

export const NO_FILTER: Filter = { search: "", verdict: "", workflow: "", last: "", from: "", to: "" };

/** The filter that a URL's query names; what has no meaning is left out. */
export function filterOf(query: URLSearchParams): Filter {
  return {
    search: query.get("q") ?? "",
    verdict: VERDICTS.find((verdict) => verdict === query.get("verdict")) ?? "",
    workflow: query.get("workflow") ?? "",
    ...windowOfQuery(query, SPANS),
  };
}

export function queryOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.search) query.set("q", filter.search);
  for (const name of ["verdict", "workflow", "last", "from", "to"] as const) if (filter[name]) query.set(name, filter[name]);
  return query.toString();
}

export const isFiltered = (filter: Filter): boolean => queryOf(filter) !== "";

/** The window's bounds for the API. */
export const windowOf = (filter: TimeWindow<Span>, now: number) => boundsOf(filter, SPANS, now);
