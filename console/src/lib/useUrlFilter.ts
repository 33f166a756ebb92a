import { useLocation, useSearch } from "wouter";

/** A list's filter as its URL says it, and how to change it. */
export function useUrlFilter<T>(path: string, filterOf: (query: URLSearchParams) => T, queryOf: (filter: T) => string) {
  const [, go] = useLocation();
  const filter = filterOf(new URLSearchParams(useSearch()));
  const set = (next: T) => {
    const query = queryOf(next);
    go(query ? `${path}?${query}` : path, { replace: true });
  };
  return [filter, set] as const;
}
