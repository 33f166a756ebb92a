// The list's data: what is shown, by the filters that stand in the URL.
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";

export type Workflow = Schemas["Workflow"];
export type State = Workflow["status"];
export type Document = Record<string, unknown> & { name: string };

export interface Filter {
  search: string;
  status: State | "";
}

const PAGE = 200;

export function useWorkflows(filter: Filter) {
  const query = useInfiniteQuery({
    queryKey: keys.workflows({ status: filter.status }),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/v1/workflows", {
        query: { limit: PAGE, cursor: pageParam, status: filter.status || undefined },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  return { ...query, rows: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

/** The draft of one, as it is. */
export async function fetchDocument(id: string): Promise<Document> {
  const workflow = await call("get", "/api/v1/workflows/{workflow}", { path: { workflow: id } });
  return workflow.document as unknown as Document;
}

export const createDraft = (document: object): Promise<Workflow> =>
  call("post", "/api/v1/workflows", { body: { document: document as Record<string, never> } });

/** A change after which the lists are read anew. */
export function useChange<T, R>(change: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.workflows() }),
  });
}
