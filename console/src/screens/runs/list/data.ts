// The list's data. It is read once, page by page; what happens afterwards is merged in.
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { call, send, urlOf, type Schemas } from "~/api/client";
import { useLive } from "~/api/live";
import { isNewer } from "~/lib/ids";
import { apiQuery, windowStart, type RunFilter } from "./filter";
import { mergeHead, patchRun, prepend, type RunPage } from "./merge";

export type Run = Schemas["Run"];

const PAGE = 100;
/** New rows are asked for at most so often while events pour in. */
const REFRESH_MS = 1000;

async function fetchRuns(filter: RunFilter, cursor: string | undefined, signal?: AbortSignal): Promise<RunPage> {
  if (filter.view === "failures") return fetchFailures(filter, cursor, signal);
  const url = urlOf("/api/v1/runs", {}, { ...apiQuery(filter, Date.now()), limit: PAGE, cursor });
  return (await (await send("GET", url, { signal })).json()) as RunPage;
}

async function fetchFailures(filter: RunFilter, cursor: string | undefined, signal?: AbortSignal): Promise<RunPage> {
  const page = await call("get", "/api/v1/dead-letters", {
    query: {
      workflow: filter.workflow || undefined,
      class: filter.failure || undefined,
      from: windowStart(filter, Date.now()),
      to: filter.within ? undefined : filter.to || undefined,
      limit: PAGE,
      cursor,
    },
    signal,
  });
  return { items: page.items.map((letter) => letter.run), next: page.next };
}

type Pages = InfiniteData<RunPage, string | undefined>;

/** Calls `act` soon after it was asked to, and not again within a while. */
function useSoon(act: () => void): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<number | undefined>(undefined);
  const isDue = useRef(false);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useCallback(() => {
    const run = () => {
      isDue.current = false;
      latest.current();
      timer.current = window.setTimeout(() => {
        timer.current = undefined;
        if (isDue.current) run();
      }, REFRESH_MS);
    };
    if (timer.current === undefined) run();
    else isDue.current = true;
  }, []);
}

/**
 * Runs that fit, newest first. `isReading()`: new rows wait (`fresh`) until `showFresh` is called;
 * else they come in by themselves.
 */
export function useRuns(filter: RunFilter, isReading: () => boolean) {
  const queries = useQueryClient();
  const key = ["run-list", filter] as const;
  const [fresh, setFresh] = useState<{ runs: Run[]; isCut: boolean }>({ runs: [], isCut: false });
  /** Something happened since the last read began: its answer may be older. */
  const isBehind = useRef(false);
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      if (pageParam === undefined) isBehind.current = false;
      return fetchRuns(filter, pageParam, signal);
    },
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Infinity,
  });
  const setPages = (change: (pages: RunPage[]) => RunPage[]) =>
    queries.setQueryData<Pages>(key, (data) => data && { ...data, pages: change(data.pages) });

  const readHead = async () => {
    if (!queries.getQueryData<Pages>(key)) return;
    isBehind.current = false;
    const head = await fetchRuns(filter, undefined).catch(() => null);
    const data = queries.getQueryData<Pages>(key);
    if (!head || !data) return;
    const merged = mergeHead(data.pages, head);
    const isHeld = merged.isCut || isReading();
    setPages(() => (isHeld ? merged.pages : prepend(merged.pages, merged.fresh)));
    setFresh(isHeld ? { runs: merged.fresh, isCut: merged.isCut } : { runs: [], isCut: false });
    if (isBehind.current) readHeadSoon();
  };
  const readHeadSoon = useSoon(() => void readHead());
  useEffect(() => {
    if (query.isSuccess && isBehind.current) readHeadSoon();
  }, [query.isSuccess, readHeadSoon]);
  // A list that is shown again is as old as when it was left.
  const name = JSON.stringify(filter);
  useEffect(() => {
    setFresh({ runs: [], isCut: false });
    readHeadSoon();
  }, [name, readHeadSoon]);
  useLive("gap", () => {
    isBehind.current = true;
    readHeadSoon();
  });
  useLive("run", (event) => {
    isBehind.current = true;
    const first = queries.getQueryData<Pages>(key)?.pages[0]?.items[0];
    setPages((pages) =>
      pages.some((page) => page.items.some((run) => run.id === event.id))
        ? pages.map((page) => ({ ...page, items: page.items.map((run) => patchRun(run, event)) }))
        : pages,
    );
    if (!first || isNewer(event.id, first.id)) readHeadSoon();
  });

  const showFresh = () => {
    if (fresh.isCut) void queries.resetQueries({ queryKey: key });
    else setPages((pages) => prepend(pages, fresh.runs));
    setFresh({ runs: [], isCut: false });
  };
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, rows, total: query.data?.pages[0]?.total ?? null, fresh, showFresh, refresh: readHeadSoon };
}

/** How many dead letters there are of each class. */
export function useClassCounts(filter: RunFilter) {
  return useQuery({
    queryKey: ["runs", "class-counts", filter.workflow, filter.within, filter.from, filter.to],
    queryFn: ({ signal }) =>
      call("get", "/api/v1/dead-letters/counts", {
        query: {
          workflow: filter.workflow || undefined,
          from: windowStart(filter, Date.now()),
          to: filter.within ? undefined : filter.to || undefined,
          limit: 50,
        },
        signal,
      }),
  });
}

/** Names of workflows, for choices. */
export function useWorkflowNames(isWanted = true): { id: string; name: string }[] {
  const query = useQuery({
    queryKey: ["workflows", "names"],
    queryFn: ({ signal }) => call("get", "/api/v1/workflows", { query: { limit: 1000 }, signal }),
    enabled: isWanted,
  });
  return (query.data?.items ?? []).map(({ id, name }) => ({ id, name }));
}
