// What an event or a change of ours says is news: whatever was asked of the server before it may be older.
import type { Query, QueryClient } from "@tanstack/react-query";

const underWay = new WeakSet<Query>();

/** Reads anew what is shown of these data, and what is not shown once it is. Ends when that is read. */
export function makeStale(queries: QueryClient, queryKey?: readonly unknown[]): Promise<void> {
  // A first read that is under way is joined by a second, not begun anew: it has to end before.
  for (const query of queries.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" })) {
    if (query.state.data !== undefined || underWay.has(query)) continue;
    underWay.add(query);
    const again = () => {
      underWay.delete(query);
      void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    };
    void query.promise?.then(again, again);
  }
  return queries.invalidateQueries({ queryKey });
}
