// How the console's data is kept fresh.
import { QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { setSignedOutHandler } from "~/api/client";
import { ApiError } from "~/api/errors";
import { keys } from "~/api/keys";
import { useLive } from "~/api/live";
import { leave } from "~/api/session";
import { makeStale } from "~/api/stale";

const RETRIES = 2;
/** Lists are read anew at most so often while events pour in. */
const REFRESH_MS = 1000;
/** Statistics are of no use so often, and cost more. */
const STATS_MS = 3000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // A server that is away comes back: go on asking. What it refuses, it refuses again.
        retry: (count, error) =>
          error instanceof ApiError && (error.isNetwork ? count < 100 : error.status >= 500 && count < RETRIES),
        retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      },
    },
  });
}

/** Runs `act` at once, then at most once in a while, and never misses the last call. */
function throttle(act: () => void, ms: number): () => void {
  let timer: number | undefined;
  let isDue = false;
  const tick = () => {
    timer = undefined;
    if (isDue) run();
  };
  const run = () => {
    isDue = false;
    timer = window.setTimeout(tick, ms);
    act();
  };
  return () => {
    if (timer === undefined) run();
    else isDue = true;
  };
}

const refreshers = new Map<string, () => void>();

function refresh(queries: QueryClient, key: readonly unknown[], ms = REFRESH_MS): void {
  const name = JSON.stringify(key);
  let run = refreshers.get(name);
  if (!run) {
    run = throttle(() => void makeStale(queries, key), ms);
    refreshers.set(name, run);
  }
  run();
}

/** Live events make stale what they are about; a gap makes everything stale. */
export function useLiveQueries(): void {
  const queries = useQueryClient();
  useLive("request", (request) => {
    refresh(queries, keys.requests());
    refresh(queries, keys.stats(), STATS_MS);
    void makeStale(queries, keys.request(request.id));
  });
  useLive("run", (run) => {
    refresh(queries, keys.runs());
    refresh(queries, keys.workflows());
    refresh(queries, keys.stats(), STATS_MS);
    void makeStale(queries, keys.run(run.id));
  });
  useLive("gap", () => void makeStale(queries));
  useLive("refused", () => void makeStale(queries, keys.session));
  useEffect(() => {
    setSignedOutHandler(() => leave(queries));
  }, [queries]);
}
