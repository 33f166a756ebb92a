import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { apiQuery, isPreset, type Range } from "./range";

/** Time goes on without events, too. */
const REFRESH_MS = 15_000;

/** Live events make it stale (app/queries.ts). */
export function useStats(range: Range, isWanted = true) {
  return useQuery({
    queryKey: keys.stats(range),
    queryFn: ({ signal }) => call("get", "/api/v1/stats", { query: apiQuery(range), signal }),
    placeholderData: keepPreviousData,
    refetchInterval: isPreset(range) && REFRESH_MS,
    enabled: isWanted,
  });
}

export function useSystem() {
  return useQuery({
    queryKey: keys.system,
    queryFn: ({ signal }) => call("get", "/api/v1/system", { signal }),
    refetchInterval: REFRESH_MS,
  });
}
