// The list's data: what is shown, by the filters that stand in the URL, and what changes it.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, send, urlOf, type Schemas } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { fetchWorkflowNames } from "~/api/workflowNames";
import { makeStale } from "~/api/stale";
import { readJson } from "~/lib/json";
import { freeName } from "./filter";

export type Workflow = Schemas["Workflow"];
export type State = Workflow["status"];
export type Example = Schemas["Example"];
export type Format = "json" | "yaml";

export interface Filter {
  search: string;
  status: State | "";
  tag: string;
}

const PAGE = 200;

export function useWorkflows(filter: Filter) {
  const query = useInfiniteQuery({
    queryKey: keys.workflows(filter),
    // The old rows stay while the next ones come, so that typing does not flicker.
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/v1/workflows", {
        query: {
          limit: PAGE,
          cursor: pageParam,
          status: filter.status || undefined,
          search: filter.search || undefined,
          tag: filter.tag || undefined,
        },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  return { ...query, rows: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

export function useExamples() {
  return useQuery({
    queryKey: keys.examples,
    queryFn: ({ signal }) => call("get", "/api/v1/examples", { signal }),
    ...FOREVER,
  });
}

/** The draft of one as a text to keep; secrets are not in it. */
export async function exportText(id: string, format: Format): Promise<string> {
  const url = urlOf("/api/v1/workflows/{workflow}", { workflow: id }, { format });
  const answer = await send("GET", url, { headers: { Accept: "*/*" } });
  if (format === "yaml") return answer.text();
  return JSON.stringify((readJson(await answer.text()) as Workflow).document, null, 2) + "\n";
}

/** Drafts of many in one text: a JSON list, or YAML documents one after another. */
export async function exportMany(ids: readonly string[], format: Format): Promise<string> {
  const texts: string[] = [];
  for (const id of ids) texts.push((await exportText(id, format)).trimEnd());
  return format === "yaml" ? texts.map((text) => `---\n${text}\n`).join("") : `[\n${texts.join(",\n")}\n]\n`;
}

/** A new draft; one that is not finished yet is kept with its problems. */
export const createDraft = (document: object): Promise<Workflow> =>
  call("post", "/api/v1/workflows", { body: { document: document as Record<string, never>, unfinished: true } });

/** An example under a free name, with its event pinned, so that it can be tried at once. */
export async function createFromExample(example: Example): Promise<Workflow> {
  const taken = await fetchWorkflowNames(example.name);
  const name = freeName(example.name, new Set(taken.map((row) => row.name)));
  const workflow = await createDraft({ ...example.document, name });
  await call("put", "/api/v1/workflows/{workflow}/pins/{name}", {
    path: { workflow: workflow.id, name: "example" },
    body: { input: example.input },
  });
  return workflow;
}

/** A change after which the lists are read anew. */
export function useChange<T, R>(change: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => makeStale(queries, keys.workflows()),
  });
}
