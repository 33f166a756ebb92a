import { match } from "~/app/match";
import type { Filter, State, Workflow } from "./data";

const STATES: readonly State[] = ["active", "paused", "inactive"];

/** The filter that a URL's query names; what is no state is none. */
export function filterOf(query: URLSearchParams): Filter {
  const status = query.get("status");
  return { search: query.get("q") ?? "", status: STATES.find((state) => state === status) ?? "" };
}

export function queryOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.search) query.set("q", filter.search);
  if (filter.status) query.set("status", filter.status);
  return query.toString();
}

export const isFiltered = (filter: Filter): boolean => queryOf(filter) !== "";

export const fits = (workflow: Pick<Workflow, "name" | "description">, filter: Filter): boolean =>
  match(filter.search, `${workflow.name} ${workflow.description}`);

/** A name that none has yet: "welcome-user-2". */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const stem = name.replace(/-\d+$/, "");
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  return `${stem}-${n}`;
}
