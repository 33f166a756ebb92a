import { describe, expect, it } from "vitest";
import { filterOf, freeName, isFiltered, NO_FILTER, queryOf } from "./filter";

describe("the filter in the URL", () => {
  it("comes back as it was", () => {
    const filter = { search: "order & co", status: "paused", tag: "a b" } as const;
    expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  });
  it("ignores what is no state", () => expect(filterOf(new URLSearchParams("status=<b>")).status).toBe(""));
  it("is none without a query", () => {
    expect(filterOf(new URLSearchParams())).toEqual(NO_FILTER);
    expect(isFiltered(NO_FILTER)).toBe(false);
  });
});

describe("freeName", () => {
  it("leaves a free one", () => expect(freeName("a", new Set(["b"]))).toBe("a"));
  it("counts on", () => {
    expect(freeName("a", new Set(["a"]))).toBe("a-2");
    expect(freeName("a-2", new Set(["a", "a-2", "a-3"]))).toBe("a-4");
  });
});
