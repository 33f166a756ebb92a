// What the audit log shows, as its URL says it.
import { boundsOf, windowOfQuery, type TimeWindow } from "~/lib/window";

export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;
export type Span = keyof typeof SPANS;
export const RESULTS = ["ok", "refused"] as const;
export type Result = (typeof RESULTS)[number];

export interface Filter extends TimeWindow<Span> {
  search: string;
  /** user:NAME, token:NAME, system, anonymous. */
  actor: string;
  /** An operation of the API. */
  action: string;
  result: Result | "";
}

export const NO_FILTER: Filter = { search: "", actor: "", action: "", result: "", last: "", from: "", to: "" };

/** The filter that a URL's query names; what has no meaning is left out. */
export function filterOf(query: URLSearchParams): Filter {
  return {
    search: query.get("q") ?? "",
    actor: query.get("actor") ?? "",
    action: query.get("action") ?? "",
    result: RESULTS.find((result) => result === query.get("result")) ?? "",
    ...windowOfQuery(query, SPANS),
  };
}

export function queryOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.search) query.set("q", filter.search);
  for (const name of ["actor", "action", "result", "last", "from", "to"] as const) if (filter[name]) query.set(name, filter[name]);
  return query.toString();
}

export const isFiltered = (filter: Filter): boolean => queryOf(filter) !== "";

/** The same for the API. */
export function apiQueryOf(filter: Filter, now: number) {
  return {
    search: filter.search || undefined,
    actor: filter.actor || undefined,
    action: filter.action || undefined,
    result: filter.result || undefined,
    ...boundsOf(filter, SPANS, now),
  };
}
