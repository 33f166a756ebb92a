import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { NO_FILTER, queryOf } from "../list/filter";
import { makeStale } from "~/api/stale";

/** Leads to the list of replays, where one that was started now is seen to go on. */
export function useShowReplays(): () => void {
  const queries = useQueryClient();
  const [, go] = useLocation();
  return () => {
    void makeStale(queries, ["replays"]);
    go(`/runs?${queryOf({ ...NO_FILTER, view: "replays" })}`);
  };
}
