// The filter of the list, as it stands in the URL.

export const RUN_STATES = ["queued", "running", "waiting", "completed", "failed", "canceled", "timed_out"] as const;
export type RunState = (typeof RUN_STATES)[number];

export const CLASSES = [
  "network",
  "timeout",
  "http_4xx",
  "http_5xx",
  "http_other",
  "answer",
  "blocked",
  "request",
  "expression",
  "too_large",
  "terminated",
  "in_doubt",
  "crashed_twice",
  "document",
  "canceled",
  "other",
] as const;
export type FailureClass = (typeof CLASSES)[number];

export const TRIGGERS = ["webhook", "service", "schedule", "event", "manual"] as const;
export type TriggerKind = (typeof TRIGGERS)[number];

/** How far back, in seconds. */
export const WINDOWS = { "1h": 3600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 } as const;
export type Window = keyof typeof WINDOWS;

export const VIEWS = ["all", "failures", "replays"] as const;
export type View = (typeof VIEWS)[number];

export interface RunFilter {
  view: View;
  /** Its id or name. */
  workflow: string;
  status: readonly RunState[];
  failure: FailureClass | "";
  trigger: TriggerKind | "";
  search: string;
  within: Window | "";
  /** RFC 3339, in place of `within`. */
  from: string;
  to: string;
  tests: "" | "true" | "false";
}

export const NO_FILTER: RunFilter = {
  view: "all",
  workflow: "",
  status: [],
  failure: "",
  trigger: "",
  search: "",
  within: "",
  from: "",
  to: "",
  tests: "",
};

function oneOf<T extends string>(choices: readonly T[], value: string | null): T | "" {
  return choices.find((choice) => choice === value) ?? "";
}

const timeOf = (value: string | null): string => (value && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : "");

/** The filter that a URL's query names; what it does not know is left out. */
export function filterOf(query: URLSearchParams): RunFilter {
  const states = (query.get("status") ?? "").split(",");
  return {
    view: oneOf(VIEWS, query.get("view")) || "all",
    workflow: query.get("workflow") ?? "",
    status: RUN_STATES.filter((state) => states.includes(state)),
    failure: oneOf(CLASSES, query.get("class")),
    trigger: oneOf(TRIGGERS, query.get("trigger")),
    search: query.get("q") ?? "",
    within: oneOf(Object.keys(WINDOWS) as Window[], query.get("within")),
    from: timeOf(query.get("from")),
    to: timeOf(query.get("to")),
    tests: oneOf(["true", "false"], query.get("test")),
  };
}

export function queryOf(filter: RunFilter): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string) => value && query.set(name, value);
  put("view", filter.view === "all" ? "" : filter.view);
  put("workflow", filter.workflow);
  put("status", filter.status.join(","));
  put("class", filter.failure);
  put("trigger", filter.trigger);
  put("q", filter.search);
  put("within", filter.within);
  put("from", filter.from);
  put("to", filter.to);
  put("test", filter.tests);
  return query.toString();
}

export const isFiltered = (filter: RunFilter): boolean => queryOf({ ...filter, view: "all" }) !== "";

/** Rounded, so that the same filter is the same question for a while. */
const QUANTUM_MS = 60_000;

/** From when, for a filter that looks back from now. */
export function windowStart(filter: RunFilter, now: number): string | undefined {
  if (!filter.within) return filter.from || undefined;
  const start = now - WINDOWS[filter.within] * 1000;
  return new Date(Math.floor(start / QUANTUM_MS) * QUANTUM_MS).toISOString();
}

/** What the API's list is asked. */
export function apiQuery(filter: RunFilter, now: number) {
  return {
    workflow: filter.workflow || undefined,
    status: filter.status.length ? filter.status.join(",") : undefined,
    class: filter.failure || undefined,
    trigger: filter.trigger || undefined,
    search: filter.search.trim() || undefined,
    from: windowStart(filter, now),
    to: filter.within ? undefined : filter.to || undefined,
    test: filter.tests || undefined,
  };
}
