// A change of what the server keeps, and what it makes stale.
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { makeStale } from "./stale";

export function useApiChange<V, R>(change: (value: V) => Promise<R>, stale: readonly QueryKey[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(stale.map((queryKey) => makeStale(queries, queryKey))),
  });
}
