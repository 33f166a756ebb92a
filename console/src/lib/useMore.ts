import { useCallback } from "react";

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
  /** A search that has stopped goes on when it is asked to, not by itself. */
  isPartial?: boolean;
}

/** For the end of a list that comes into sight: reads the next page. */
export function useMore({ hasNextPage, isFetchingNextPage, fetchNextPage, isPartial }: Paged): () => void {
  return useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPartial) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPartial, fetchNextPage]);
}
