// The run that the editor shows: its nodes' states as they happen, the whole of it from the server.
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useLive, type LiveNode, type LiveRun } from "~/api/live";
import { makeStale } from "~/api/stale";

export type Run = Schemas["Run"];
export type NodeRun = Schemas["NodeRun"];

const REFRESH_MS = 200;
const ENDED: ReadonlySet<string> = new Set(["completed", "failed", "canceled", "timed_out"]);

export const hasEnded = (run: Pick<Run, "status"> | undefined): boolean => !!run && ENDED.has(run.status);

/** An event's news at once, before the server is asked for the rest. */
function patchNode(queries: QueryClient, event: LiveNode): void {
  queries.setQueryData<Run>(keys.run(event.run_id), (run) => {
    if (!run?.nodes) return run;
    const status = event.status as NodeRun["status"];
    return { ...run, nodes: run.nodes.map((node) => (node.id === event.node ? { ...node, status, attempt: event.attempt } : node)) };
  });
}

function patchRun(queries: QueryClient, event: LiveRun): void {
  queries.setQueryData<Run>(keys.run(event.id), (run) => run && { ...run, status: event.status as Run["status"] });
}

export function useRun(id: string | null) {
  const queries = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  const query = useQuery({
    queryKey: keys.run(id ?? ""),
    queryFn: ({ signal }) => call("get", "/api/v1/runs/{run}", { path: { run: id ?? "" }, signal }),
    enabled: id !== null,
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const refresh = () => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      if (id) void makeStale(queries, keys.run(id));
    }, REFRESH_MS);
  };
  useLive("node", (event) => {
    if (event.run_id !== id) return;
    patchNode(queries, event);
    refresh();
  });
  useLive("run", (event) => {
    if (event.id === id) patchRun(queries, event);
  });
  return query;
}

const maps = new WeakMap<object, ReadonlyMap<string, NodeRun>>();
const NONE: ReadonlyMap<string, NodeRun> = new Map();

/** The run's nodes by id; of a loop's, the last time round. */
export function nodeRuns(run: Run | undefined): ReadonlyMap<string, NodeRun> {
  if (!run?.nodes) return NONE;
  let map = maps.get(run.nodes);
  if (!map) {
    map = new Map(run.nodes.map((node) => [node.id, node]));
    maps.set(run.nodes, map);
  }
  return map;
}
