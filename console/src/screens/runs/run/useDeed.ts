import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "~/api/keys";
import { makeStale } from "~/api/stale";

/** Something done to a run, after which it is read anew. */
export function useDeed<T, R>(runId: string, act: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => makeStale(queries, keys.run(runId)),
  });
}
