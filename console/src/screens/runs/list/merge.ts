// The list and what happened since it was read. Rows that are there stay where they are, so that
// nothing moves under the reader; newer ones wait until they are asked for.
import type { LiveRun } from "~/api/live";
import { isNewer } from "~/lib/ids";
import type { Run } from "./data";

export interface RunPage {
  items: Run[];
  next: string | null;
  /** The page ended early: so much was looked through. */
  partial?: boolean;
  total?: number | null;
}

export interface Merged {
  pages: RunPage[];
  /** Newer than all that are shown, newest first. */
  fresh: Run[];
  /** There are more new ones than were read: between them and the list something is missing. */
  isCut: boolean;
}

/** The pages with their rows as the newest page of the server has them. */
export function mergeHead(pages: readonly RunPage[], head: RunPage): Merged {
  const first = pages[0]?.items[0];
  if (!first) return { pages: [head], fresh: [], isCut: false };
  const fresh = head.items.filter((run) => isNewer(run.id, first.id));
  const read = new Map(head.items.map((run) => [run.id, run]));
  const merged = pages.map((page) =>
    page.items.some((run) => read.has(run.id)) ? { ...page, items: page.items.map((run) => read.get(run.id) ?? run) } : page,
  );
  return { pages: merged, fresh, isCut: fresh.length > 0 && fresh.length === head.items.length && head.next !== null };
}

/** The list with the new rows on top. */
export function prepend(pages: readonly RunPage[], fresh: readonly Run[]): RunPage[] {
  const [first, ...rest] = pages;
  if (!first) return [];
  const known = new Set(first.items.map((run) => run.id));
  return [{ ...first, items: [...fresh.filter((run) => !known.has(run.id)), ...first.items] }, ...rest];
}

const ENDED = ["completed", "failed", "canceled", "timed_out"];
export const isEnded = (status: string): boolean => ENDED.includes(status);

/** What a live event says about a row. */
export function patchRun(run: Run, event: LiveRun): Run {
  if (run.id !== event.id) return run;
  const status = event.status as Run["status"];
  const finished = isEnded(status) ? event.at : null;
  const started = run.started_at ?? (status === "queued" ? null : event.at);
  return {
    ...run,
    status,
    started_at: started,
    finished_at: finished,
    duration_ms: finished && started ? Date.parse(finished) - Date.parse(started) : null,
    error: event.error,
  };
}
