import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it } from "vitest";
import { makeStale } from "./stale";

const KEY = ["run", "7"];
const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
afterEach(() => queries.clear());

/** A server whose answers are held back until they are let go. */
function observe() {
  const held: ((status: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => held.push(resolve));
  const observer = new QueryObserver(queries, { queryKey: KEY, queryFn });
  const stop = observer.subscribe(() => undefined);
  return { held, stop, shown: () => observer.getCurrentResult().data };
}
const settle = () => new Promise((done) => setTimeout(done));

describe("makeStale", () => {
  it("reads anew what is shown", async () => {
    const { held, stop, shown } = observe();
    held[0]?.("running");
    await settle();
    void makeStale(queries, KEY);
    held[1]?.("completed");
    await settle();
    expect(shown()).toBe("completed");
    stop();
  });

  it("does not take an answer for news that was asked for before the event", async () => {
    const { held, stop, shown } = observe();
    void makeStale(queries, KEY);
    void makeStale(queries, KEY);
    held[0]?.("running");
    await settle();
    expect(held).toHaveLength(2);
    held[1]?.("completed");
    await settle();
    expect(shown()).toBe("completed");
    stop();
  });

  it("leaves alone what nobody shows", async () => {
    const { held, stop } = observe();
    held[0]?.("running");
    await settle();
    stop();
    void makeStale(queries, KEY);
    expect(held).toHaveLength(1);
  });
});
