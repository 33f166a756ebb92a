// All requests that fit a filter: what the API is told to do with them.
import { call, type Schemas } from "~/api/client";
import type { WorkflowName } from "~/api/workflowNames";
import type { Ended } from "~/screens/runs/bulk/byFilter";
import { reverify, type ReverifyCount } from "./data";
import { windowOf, type Filter } from "./filter";

/** Those that started a run, those that started none, and those that were refused for who sent them. */
export const KINDS = ["accepted", "filtered", "duplicate", "quarantine"] as const;
export type Kind = (typeof KINDS)[number];

export interface BulkChoice {
  kind: Kind;
  workflow: string;
  /** How the runs of accepted ones ended; "": failed or timed out. */
  status: Ended | "";
  isDraft: boolean;
  /** "": as fast as it goes. */
  perSecond: string;
}

/** The choice that the list's filter suggests. */
export function choiceOf(filter: Filter): BulkChoice {
  const kind = filter.verdict === "refused" ? "quarantine" : (KINDS.find((one) => one === filter.verdict) ?? "accepted");
  return { kind, workflow: filter.workflow, status: "", isDraft: false, perSecond: "" };
}

export function replayBody({ kind, workflow, status, isDraft, perSecond }: BulkChoice, filter: Filter, now: number, dryRun: boolean) {
  return {
    ...(kind === "accepted" ? { status: status || undefined } : { verdict: kind as "filtered" | "duplicate" }),
    workflow: workflow || undefined,
    ...windowOf(filter, now),
    draft: (workflow && isDraft) || undefined,
    per_second: Number(perSecond) > 0 ? Number(perSecond) : undefined,
    dry_run: dryRun,
  };
}

export const startReplay = (choice: BulkChoice, filter: Filter, dryRun: boolean): Promise<Schemas["Replay"]> =>
  call("post", "/api/v1/replays", { body: replayBody(choice, filter, Date.now(), dryRun) as never });

/** The workflows whose quarantine can be verified now: theirs, or the one that is chosen. */
export const verifiable = (workflows: readonly WorkflowName[], chosen: string): string[] =>
  workflows
    .filter(({ id, name, status, hook_url }) => status === "active" && hook_url !== null && (!chosen || id === chosen || name === chosen))
    .map(({ id }) => id);

export const NOTHING: ReverifyCount = { checked: 0, released: 0, duplicates: 0, refused: 0, reasons: {} };

export function added(a: ReverifyCount, b: ReverifyCount): ReverifyCount {
  const reasons = { ...a.reasons };
  for (const [reason, n] of Object.entries(b.reasons)) reasons[reason] = (reasons[reason] ?? 0) + n;
  return {
    checked: a.checked + b.checked,
    released: a.released + b.released,
    duplicates: a.duplicates + b.duplicates,
    refused: a.refused + b.refused,
    reasons,
  };
}

/** One workflow's quarantine after another's; `onStep` says how many are done. */
export async function reverifyAll(ids: readonly string[], isDryRun: boolean, onStep?: (done: number) => void, signal?: AbortSignal) {
  let sum = NOTHING;
  for (const [done, id] of ids.entries()) {
    if (signal?.aborted) break;
    onStep?.(done);
    sum = added(sum, await reverify(id, isDryRun));
  }
  return sum;
}
