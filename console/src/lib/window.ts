// A window of time, as a list's URL says it: how far back (`last`), or exact bounds (`from`, `to`).
export interface TimeWindow<Span extends string> {
  last: Span | "";
  /** An exact window, in place of `last`. */
  from: string;
  to: string;
}

/** Names of spans, in ms. */
type Spans<Span extends string> = Readonly<Record<Span, number>>;

const timeOf = (text: string | null): string => (text && !Number.isNaN(Date.parse(text)) ? text : "");

/** What the query says; what has no meaning is left out. */
export function windowOfQuery<Span extends string>(query: URLSearchParams, spans: Spans<Span>): TimeWindow<Span> {
  const last = query.get("last");
  const from = timeOf(query.get("from"));
  const to = timeOf(query.get("to"));
  return { last: !from && !to && last && last in spans ? (last as Span) : "", from, to };
}

/** The bounds for the API. */
export function boundsOf<Span extends string>(window: TimeWindow<Span>, spans: Spans<Span>, now: number): { from?: string; to?: string } {
  if (window.last) return { from: new Date(now - spans[window.last]).toISOString() };
  return { from: window.from || undefined, to: window.to || undefined };
}
