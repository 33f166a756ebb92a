// What expressions see at a node, from the server.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useLive } from "~/api/live";
import { makeStale } from "~/api/stale";
import { allPaths, pathsIn, type DataRoot, type FormData, type Missing } from "~/form";
import { useT } from "~/i18n";
import type { WorkflowDocument } from "../model/types";
import { pinnedOutputs } from "../model/pins";
import { useKeptEvents } from "../data";
import { extraOutputs, inputOf, rootsOf, type Known } from "./sources";

const ENDED = ["completed", "failed", "canceled", "timed_out"];

/** Which data is looked at: of a run (null: the last one), and with a kept event in place of its input. */
export interface Chosen {
  runId: string | null;
  kept: string | null;
}

export function useKnown(workflowId: string, document: WorkflowDocument, { runId, kept: name }: Chosen): Known {
  const queries = useQueryClient();
  const samplesKey = keys.workflow(workflowId, "samples");
  const samples = useQuery({
    queryKey: samplesKey,
    queryFn: ({ signal }) => call("get", "/api/v1/workflows/{workflow}/samples", { path: { workflow: workflowId }, signal }),
  }).data;
  const id = runId ?? samples?.run?.id ?? null;
  const run = useQuery({
    queryKey: keys.run(id ?? ""),
    queryFn: ({ signal }) => call("get", "/api/v1/runs/{run}", { path: { run: id ?? "" }, signal }),
    enabled: id !== null,
  }).data;
  useLive("run", (event) => {
    if (event.workflow_id === workflowId && ENDED.includes(event.status)) void makeStale(queries, samplesKey);
  });
  useLive("node", (event) => {
    if (event.run_id === id) void makeStale(queries, keys.run(id));
  });
  const events = useKeptEvents(workflowId).data;
  const kept = name === null ? null : (events?.find((event) => event.name === name) ?? null);
  const pinned = pinnedOutputs(document);
  return useMemo(() => ({ pinned, kept, run: run ?? null, samples: samples ?? null }), [pinned, kept, run, samples]);
}

/** Only what the server looks at, so that typing in a field asks for nothing. */
function useScope(document: WorkflowDocument, nodeId: string) {
  const slim = {
    nodes: document.nodes.map(({ id, type, name }) => ({ id, type, ...(name ? { name } : {}) })),
    edges: document.edges,
  };
  return useQuery({
    queryKey: ["scope", nodeId, JSON.stringify(slim)],
    queryFn: ({ signal }) =>
      call("post", "/api/v1/expressions/scope", { body: { document: slim as unknown as Record<string, never>, node: nodeId }, signal }),
    placeholderData: (before) => before,
    staleTime: Infinity,
    retry: false,
  }).data;
}

const FROM_RUNS = /^(?!(run|secrets|env|loop)\.)/;
const NO_MISSING: ReadonlyMap<string, Missing> = new Map();

function useMissing(workflowId: string, value: unknown, runId: string | undefined) {
  const paths = pathsIn(value).filter((path) => FROM_RUNS.test(path));
  return useQuery({
    queryKey: ["missing", workflowId, runId, ...paths],
    queryFn: async ({ signal }) => {
      const answer = await call("post", "/api/v1/workflows/{workflow}/samples/missing", {
        path: { workflow: workflowId },
        body: { paths, runs: 20 },
        signal,
      });
      return new Map(answer.paths.map((one) => [one.path, one]));
    },
    enabled: paths.length > 0 && runId !== undefined,
    placeholderData: (before) => before,
    staleTime: 30_000,
    retry: false,
  }).data;
}

const NO_ROOTS: readonly DataRoot[] = [];

export interface NodeData extends FormData {
  known: Known;
}

export function useData(workflowId: string, document: WorkflowDocument, nodeId: string, chosen: Chosen): NodeData {
  const t = useT();
  const known = useKnown(workflowId, document, chosen);
  const scope = useScope(document, nodeId);
  const config = document.nodes.find((node) => node.id === nodeId)?.config;
  const missing = useMissing(workflowId, config, known.samples?.run?.id) ?? NO_MISSING;
  const roots = useMemo(() => (scope ? rootsOf(scope, known, t.inspector.trigger) : NO_ROOTS), [scope, known, t]);
  return useMemo(() => {
    const outputs = extraOutputs(roots, known);
    const input = inputOf(known);
    const from = known.run && !known.kept ? { run: known.run.id } : input === undefined ? {} : { input };
    const body = { ...from, outputs: outputs as Record<string, never> };
    return {
      known,
      roots,
      paths: allPaths(roots),
      key: JSON.stringify([known.kept?.name, known.run?.id, known.run?.status, outputs]),
      preview: (value, signal) => call("post", "/api/v1/expressions/preview", { body: { value, ...body }, signal }),
      missing,
    };
  }, [roots, known, missing]);
}
