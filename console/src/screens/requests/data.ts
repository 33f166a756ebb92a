// Received requests, one and many, and what is done with them.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { makeStale } from "~/api/stale";
import { windowOf, type Filter } from "./filter";

export type Request = Schemas["Request"];

const PAGE = 200;

export function useRequests(filter: Filter) {
  const query = useInfiniteQuery({
    queryKey: keys.requests(filter),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/v1/requests", {
        query: {
          limit: PAGE,
          cursor: pageParam,
          verdict: filter.verdict ? [filter.verdict] : undefined,
          workflow: filter.workflow || undefined,
          search: filter.search || undefined,
          ...windowOf(filter, Date.now()),
        },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages ?? [];
  return {
    ...query,
    rows: pages.flatMap((page) => page.items),
    total: pages[0]?.total ?? null,
    /** The search has stopped before the page was full. */
    isPartial: !!pages.at(-1)?.partial,
  };
}

export function useRequest(id: string) {
  return useQuery({
    queryKey: keys.request(id),
    queryFn: ({ signal }) =>
      call("get", "/api/v1/requests/{request}", { path: { request: id }, query: { diagnosis: "true" }, signal }),
  });
}

/** The files that a form brought stand in the input of its run. */
export function useFiles(request: Request) {
  const isForm = request.headers?.some((header) => /^content-type$/i.test(header.name) && /^multipart\/form-data/i.test(header.value));
  return useQuery({
    queryKey: [...keys.request(request.id), "files"],
    enabled: !!isForm && request.run_id !== null,
    queryFn: async ({ signal }) => {
      const run = await call("get", "/api/v1/runs/{run}", { path: { run: request.run_id ?? "" }, signal });
      const files = (run.input as { files?: unknown } | null)?.files;
      return Array.isArray(files) ? (files as Record<string, unknown>[]) : [];
    },
  });
}

/** A change after which requests and runs are read anew. */
export function useChange<T, R>(change: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await Promise.all([
        makeStale(queries, keys.requests()),
        makeStale(queries, ["request"]),
        makeStale(queries, keys.runs()),
      ]);
    },
  });
}

export interface ReverifyCount {
  checked: number;
  released: number;
  duplicates: number;
  refused: number;
  reasons: Record<string, number>;
}

/** Has a workflow's quarantine checked again, to its end. */
export async function reverify(workflow: string, isDryRun: boolean): Promise<ReverifyCount> {
  const sum: ReverifyCount = { checked: 0, released: 0, duplicates: 0, refused: 0, reasons: {} };
  let after: string | null = null;
  do {
    const body: { dry_run: boolean; after?: string } = after ? { dry_run: isDryRun, after } : { dry_run: isDryRun };
    const part: Schemas["Reverified"] = await call("post", "/api/v1/workflows/{workflow}/reverify", { path: { workflow }, body });
    for (const name of ["checked", "released", "duplicates", "refused"] as const) sum[name] += part[name];
    for (const [reason, n] of Object.entries(part.reasons)) sum.reasons[reason] = (sum.reasons[reason] ?? 0) + Number(n);
    after = part.next;
  } while (after);
  return sum;
}
