import type { Filter, State } from "./data";

export const STATES: readonly State[] = ["active", "paused", "inactive"];
export const NO_FILTER: Filter = { search: "", status: "", tag: "" };

/** The filter that a URL's query names; what is no state is none. */
export function filterOf(query: URLSearchParams): Filter {
  const status = query.get("status");
  return {
    search: query.get("q") ?? "",
    status: STATES.find((state) => state === status) ?? "",
    tag: query.get("tag") ?? "",
  };
}

export function queryOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.search) query.set("q", filter.search);
  if (filter.status) query.set("status", filter.status);
  if (filter.tag) query.set("tag", filter.tag);
  return query.toString();
}

export const isFiltered = (filter: Filter): boolean => queryOf(filter) !== "";

/** The name itself where none has it, else the next that is free: "welcome-user-2". */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const stem = name.replace(/-\d+$/, "");
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  return `${stem}-${n}`;
}
