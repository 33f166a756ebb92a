// All runs that fit a filter: what the API is told, and who would be canceled.
import { call, send, urlOf, type Schemas } from "~/api/client";
import { apiQuery, windowStart, type FailureClass, type RunFilter } from "../list/filter";
import type { RunPage } from "../list/merge";

export const ENDED = ["failed", "timed_out", "canceled", "completed"] as const;
export type Ended = (typeof ENDED)[number];

export interface BulkChoice {
  /** "try": nothing is done; what the draft would do is shown. */
  deed: "retry" | "replay" | "cancel" | "try";
  workflow: string;
  /** "": failed or timed out. */
  status: Ended | "";
  failure: FailureClass | "";
  target: "active" | "draft";
  /** "": as fast as it goes. */
  perSecond: string;
}

/** The choice that the list's filter suggests. */
export function choiceOf(filter: RunFilter): BulkChoice {
  const ended = filter.status.filter((state): state is Ended => !["queued", "running", "waiting"].includes(state));
  const isOpenOnly = filter.status.length > 0 && ended.length === 0;
  return {
    deed: isOpenOnly ? "cancel" : "retry",
    workflow: filter.workflow,
    status: ended.length === 1 ? (ended[0] as Ended) : "",
    failure: filter.failure,
    target: "active",
    perSecond: "",
  };
}

export function replayBody(choice: BulkChoice, filter: RunFilter, now: number, dryRun: boolean) {
  return {
    mode: choice.deed === "retry" ? ("retry" as const) : ("replay" as const),
    workflow: choice.workflow || undefined,
    status: choice.status || undefined,
    class: choice.failure || undefined,
    from: windowStart(filter, now),
    to: filter.within ? undefined : filter.to || undefined,
    draft: choice.deed === "replay" && choice.target === "draft" ? true : undefined,
    per_second: Number(choice.perSecond) > 0 ? Number(choice.perSecond) : undefined,
    dry_run: dryRun,
  };
}

/** At most so many recorded runs are tried, the newest. */
const MOST_TRIED = 100;

export function whatIfBody(choice: BulkChoice, filter: RunFilter, now: number) {
  return {
    status: choice.status || undefined,
    class: choice.failure || undefined,
    from: windowStart(filter, now),
    to: filter.within ? undefined : filter.to || undefined,
    limit: MOST_TRIED,
  };
}

export const startReplay = (choice: BulkChoice, filter: RunFilter, dryRun: boolean): Promise<Schemas["Replay"]> =>
  call("post", "/api/v1/replays", { body: replayBody(choice, filter, Date.now(), dryRun) as never });

const PAGE = 1000;
export const MOST_CANCELED = 10_000;

/** The ids of all that have not ended and fit. */
export async function openRuns(choice: BulkChoice, filter: RunFilter, signal?: AbortSignal): Promise<string[]> {
  const query = { ...apiQuery({ ...filter, status: ["queued", "running", "waiting"], failure: "", workflow: choice.workflow }, Date.now()), limit: PAGE };
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const answer = await send("GET", urlOf("/api/v1/runs", {}, { ...query, cursor }), { signal });
    const page = (await answer.json()) as RunPage;
    ids.push(...page.items.map((run) => run.id));
    cursor = page.next;
  } while (cursor && ids.length < MOST_CANCELED);
  return ids.slice(0, MOST_CANCELED);
}
