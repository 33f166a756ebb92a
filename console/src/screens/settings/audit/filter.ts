// What the audit log shows, as its URL says it.
export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;
export type Span = keyof typeof SPANS;
export const RESULTS = ["ok", "refused"] as const;
export type Result = (typeof RESULTS)[number];

export interface Filter {
  search: string;
  /** user:NAME, token:NAME, system, anonymous. */
  actor: string;
  /** An operation of the API. */
  action: string;
  result: Result | "";
  last: Span | "";
  /** An exact window, in place of `last`. */
  from: string;
  to: string;
}

export const NO_FILTER: Filter = { search: "", actor: "", action: "", result: "", last: "", from: "", to: "" };

const timeOf = (text: string | null): string => (text && !Number.isNaN(Date.parse(text)) ? text : "");

/** The filter that a URL's query names; what has no meaning is left out. */
export function filterOf(query: URLSearchParams): Filter {
  const last = query.get("last");
  const from = timeOf(query.get("from"));
  const to = timeOf(query.get("to"));
  return {
    search: query.get("q") ?? "",
    actor: query.get("actor") ?? "",
    action: query.get("action") ?? "",
    result: RESULTS.find((result) => result === query.get("result")) ?? "",
    last: !from && !to && last && last in SPANS ? (last as Span) : "",
    from,
    to,
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
    from: filter.last ? new Date(now - SPANS[filter.last]).toISOString() : filter.from || undefined,
    to: filter.to || undefined,
  };
}
