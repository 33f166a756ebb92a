import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { apiQueryOf, type Filter } from "./filter";

const PAGE = 100;
const MOST = 1000;

export function useAudit(filter: Filter) {
  const query = useInfiniteQuery({
    queryKey: [...keys.audit, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call("get", "/api/v1/audit", { query: { limit: PAGE, cursor: pageParam, ...apiQueryOf(filter, Date.now()) }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
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

/** One entry: the newest that is older than the one after it. */
export const useEntry = (seq: string) =>
  useQuery({
    queryKey: [...keys.audit, "entry", seq],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, cursor: String(BigInt(seq) + 1n) };
      const [entry] = (await call("get", "/api/v1/audit", { query, signal })).items;
      return entry?.seq === seq ? entry : null;
    },
    staleTime: Infinity,
  });

/** Whoever may have done something: all that are there now, and whom the URL names. */
export function useActors(chosen: string): string[] {
  const users = useQuery({
    queryKey: keys.users,
    queryFn: ({ signal }) => call("get", "/api/v1/users", { query: { limit: MOST }, signal }),
  });
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => call("get", "/api/v1/tokens", { query: { limit: MOST }, signal }),
  });
  const actors = [
    ...(users.data?.items ?? []).map(({ name }) => `user:${name}`),
    ...(tokens.data?.items ?? []).map(({ name }) => `token:${name}`),
    "system",
    "anonymous",
  ];
  return chosen && !actors.includes(chosen) ? [...actors, chosen] : actors;
}

/** Reads the whole log on the server, when it is asked for. */
export const useChain = (noted: string | null) =>
  useQuery({
    queryKey: [...keys.audit, "chain", noted],
    queryFn: ({ signal }) => call("get", "/api/v1/audit/check", { query: { noted: noted || undefined }, signal }),
    enabled: noted !== null,
    gcTime: 0,
    staleTime: Infinity,
  });
