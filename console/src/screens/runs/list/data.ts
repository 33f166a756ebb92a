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

/** What was read of the list, to be changed where it stands. */
function usePages(filter: RunFilter) {
  const queries = useQueryClient();
  const key = ["run-list", filter] as const;
  return {
    key,
    get: () => queries.getQueryData<Pages>(key)?.pages,
    change: (change: (pages: RunPage[]) => RunPage[]) =>
      queries.setQueryData<Pages>(key, (data) => data && { ...data, pages: change(data.pages) }),
    readAnew: () => void queries.resetQueries({ queryKey: key }),
  };
}

type ListPages = ReturnType<typeof usePages>;

const NOTHING: { runs: Run[]; isCut: boolean } = { runs: [], isCut: false };

/** The list's top, read again when it may have changed. New rows wait (`fresh`) while somebody reads. */
function useHead(filter: RunFilter, pages: ListPages, isReading: () => boolean) {
  const [fresh, setFresh] = useState(NOTHING);
  /** Something happened since the last read began: its answer may be older. */
  const isBehind = useRef(false);
  const read = async () => {
    if (!pages.get()) return;
    isBehind.current = false;
    const head = await fetchRuns(filter, undefined).catch(() => null);
    const known = pages.get();
    if (!head || !known) return;
    const merged = mergeHead(known, head);
    const isHeld = merged.isCut || isReading();
    pages.change(() => (isHeld ? merged.pages : prepend(merged.pages, merged.fresh)));
    setFresh(isHeld ? { runs: merged.fresh, isCut: merged.isCut } : NOTHING);
    if (isBehind.current) readSoon();
  };
  const readSoon = useSoon(() => void read());
  // A list that is shown again is as old as when it was left.
  const name = JSON.stringify(filter);
  useEffect(() => {
    setFresh(NOTHING);
    readSoon();
  }, [name, readSoon]);
  const show = () => {
    if (fresh.isCut) pages.readAnew();
    else pages.change((known) => prepend(known, fresh.runs));
    setFresh(NOTHING);
  };
  return { fresh, show, readSoon, isBehind };
}

/** What happens to runs is seen at once where they stand; what is new, at the top. */
function useEvents(pages: ListPages, { isBehind, readSoon }: ReturnType<typeof useHead>): void {
  useLive("gap", () => {
    isBehind.current = true;
    readSoon();
  });
  useLive("run", (event) => {
    isBehind.current = true;
    const first = pages.get()?.[0]?.items[0];
    pages.change((known) =>
      known.some((page) => page.items.some((run) => run.id === event.id))
        ? known.map((page) => ({ ...page, items: page.items.map((run) => patchRun(run, event)) }))
        : known,
    );
    if (!first || isNewer(event.id, first.id)) readSoon();
  });
}

/**
 * Runs that fit, newest first. `isReading()`: new rows wait (`fresh`) until `showFresh` is called;
 * else they come in by themselves.
 */
export function useRuns(filter: RunFilter, isReading: () => boolean) {
  const pages = usePages(filter);
  const head = useHead(filter, pages, isReading);
  const { isBehind, readSoon } = head;
  const query = useInfiniteQuery({
    queryKey: pages.key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      if (pageParam === undefined) isBehind.current = false;
      return fetchRuns(filter, pageParam, signal);
    },
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (query.isSuccess && isBehind.current) readSoon();
  }, [query.isSuccess, isBehind, readSoon]);
  useEvents(pages, head);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, rows, total: query.data?.pages[0]?.total ?? null, fresh: head.fresh, showFresh: head.show, refresh: readSoon };
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
