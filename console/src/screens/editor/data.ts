// What the editor reads from the server and writes to it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call, callFull, type Schemas } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { makeStale } from "~/api/stale";
import { useTypeText } from "~/i18n/server";
import { readJson } from "~/lib/json";
import { readStored, writeStored } from "~/lib/storage";
import type { LocalDraft } from "./model/saver";
import type { NodeType, TriggerType, WorkflowDocument } from "./model/types";

export type Workflow = Schemas["Workflow"];
export type Revision = Schemas["Revision"];

/** The API's type of a document is any object; ours says what is in it. */
export const asDocument = (value: unknown): WorkflowDocument => {
  const document = value as WorkflowDocument;
  return { ...document, nodes: document.nodes ?? [], edges: document.edges ?? [] };
};
const asBody = (document: WorkflowDocument) => document as unknown as Record<string, never>;

export interface Loaded {
  workflow: Workflow;
  document: WorkflowDocument;
  etag: string;
}

/** Last saves of editors that were left: whoever opens the workflow again waits for them. */
const leaving = new Map<string, Promise<unknown>>();

export function leaveDraft(id: string, lastSave: Promise<unknown>): void {
  const done = lastSave.finally(() => leaving.get(id) === done && leaving.delete(id));
  leaving.set(id, done);
}

export async function fetchDraft(id: string, signal?: AbortSignal): Promise<Loaded> {
  await leaving.get(id);
  const { data, etag } = await callFull("get", "/api/v1/workflows/{workflow}", { path: { workflow: id }, signal });
  return { workflow: data, document: asDocument(data.document), etag: etag ?? "" };
}

export function useDraft(id: string) {
  return useQuery({ queryKey: keys.workflow(id), queryFn: ({ signal }) => fetchDraft(id, signal), staleTime: 0 });
}

export async function putDraft(id: string, document: WorkflowDocument, etag: string) {
  const { data, etag: next } = await callFull("put", "/api/v1/workflows/{workflow}", {
    path: { workflow: id },
    body: { document: asBody(document), unfinished: true },
    ifMatch: etag,
  });
  return { workflow: data, etag: next ?? etag, problems: data.problems ?? [] };
}

export const validate = (document: WorkflowDocument) => call("post", "/api/v1/validate", { body: { document: asBody(document) } });

export const createDraft = (document: WorkflowDocument) =>
  call("post", "/api/v1/workflows", { body: { document: asBody(document), unfinished: true } });

export const fetchRevision = async (id: string, number: number): Promise<WorkflowDocument> =>
  asDocument((await call("get", "/api/v1/workflows/{workflow}/revisions/{number}", { path: { workflow: id, number: String(number) } })).document);

export interface Types {
  nodes: ReadonlyMap<string, NodeType>;
  triggers: ReadonlyMap<string, TriggerType>;
}

/** By name, with what people read in their language. */
function byName<T extends { name: string; label: string; summary: string }>(items: readonly T[], say: (text: string) => string) {
  return new Map(items.map((item) => [item.name, { ...item, label: say(item.label), summary: say(item.summary) }]));
}

export function useTypes() {
  const say = useTypeText();
  const nodes = useQuery({
    queryKey: keys.nodeTypes,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/node-types", { signal })).items,
    ...FOREVER,
  });
  const triggers = useQuery({
    queryKey: keys.triggerTypes,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/trigger-types", { signal })).items,
    ...FOREVER,
  });
  const types = useMemo<Types | null>(
    () => (nodes.data && triggers.data ? { nodes: byName(nodes.data, say), triggers: byName(triggers.data, say) } : null),
    [nodes.data, triggers.data, say],
  );
  return { types, error: nodes.error ?? triggers.error };
}

/** Events that were kept under a name, to run with them again. */
export const useKeptEvents = (id: string) =>
  useQuery({
    queryKey: keys.workflow(id, "pins"),
    queryFn: async ({ signal }) =>
      (await call("get", "/api/v1/workflows/{workflow}/pins", { path: { workflow: id }, query: { limit: 100 }, signal })).items,
  });

/** What the lists show of a workflow is read anew. */
export function useRefreshLists() {
  const queries = useQueryClient();
  return () => void makeStale(queries, keys.workflows());
}

const localName = (id: string) => `draft.${id}`;

export function readLocal(id: string): LocalDraft | null {
  try {
    return readJson(readStored(localName(id)) ?? "null") as LocalDraft | null;
  } catch {
    return null;
  }
}

export const writeLocal = (id: string, draft: LocalDraft | null): void =>
  writeStored(localName(id), draft && JSON.stringify(draft));
