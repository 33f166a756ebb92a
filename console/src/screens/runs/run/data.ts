// One run, its document, and its refreshing while it goes on.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { call } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { useLive } from "~/api/live";
import { makeStale } from "~/api/stale";
import { isEnded } from "../list/merge";
import type { GraphDocument } from "./graph";
import type { RunDetail } from "./rows";

/** Events of its nodes come in bursts. */
const REFRESH_MS = 120;

export async function fetchRun(id: string, signal?: AbortSignal): Promise<RunDetail> {
  const run = await call("get", "/api/v1/runs/{run}", { path: { run: id }, signal });
  return { ...run, nodes: run.nodes ?? [] };
}

/** A run that is read anew when something happens in it. */
export function useRun(id: string) {
  const queries = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useLive("node", (event) => {
    if (event.run_id !== id || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      void makeStale(queries, keys.run(id));
    }, REFRESH_MS);
  });
  return useQuery({ queryKey: keys.run(id), queryFn: ({ signal }) => fetchRun(id, signal) });
}

/** The document that it runs: a copy of a draft is in no list of revisions. */
export function useRunDocument(run: RunDetail) {
  return useQuery({
    queryKey: ["run-document", run.id, run.revision],
    queryFn: async ({ signal }) => {
      const answer = await call("get", "/api/v1/runs/{run}/document", { path: { run: run.id }, signal });
      return answer.document as unknown as GraphDocument;
    },
    ...FOREVER,
  });
}

/** The revision in force, when it is another than the run's. */
export function usePublished(run: RunDetail): number | undefined {
  const query = useQuery({
    queryKey: keys.workflow(run.workflow.id, "active-revision"),
    queryFn: async ({ signal }) =>
      (await call("get", "/api/v1/workflows/{workflow}", { path: { workflow: run.workflow.id }, signal })).active_revision,
  });
  return query.data && query.data !== run.revision ? query.data : undefined;
}

export function useNodeTypes() {
  const query = useQuery({
    queryKey: keys.nodeTypes,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/node-types", { signal })).items,
    ...FOREVER,
  });
  const items = query.data;
  return useMemo(() => new Map((items ?? []).map((type) => [type.name, type])), [items]);
}

const TICK_MS = 200;

/** The time, which goes on as long as the run does. */
export function useNow(run: RunDetail): number {
  const [now, setNow] = useState(Date.now);
  const isLive = !isEnded(run.status);
  useEffect(() => {
    if (!isLive) return;
    const timer = window.setInterval(() => document.hidden || setNow(Date.now()), TICK_MS);
    return () => window.clearInterval(timer);
  }, [isLive]);
  return now;
}
