import { describe, expect, it } from "vitest";
import { apiQuery, filterOf, isFiltered, NO_FILTER, queryOf, windowStart, type RunFilter } from "./filter";

const full: RunFilter = {
  view: "failures",
  workflow: "order & co",
  status: ["queued", "failed"],
  failure: "http_5xx",
  trigger: "webhook",
  search: "A-1 <b>",
  within: "24h",
  from: "2026-01-02T03:04:05.000Z",
  to: "2026-01-03T00:00:00.000Z",
  tests: "false",
};

describe("the filter in the URL", () => {
  it("comes back as it was", () => expect(filterOf(new URLSearchParams(queryOf(full)))).toEqual(full));
  it("is empty when nothing is filtered", () => {
    expect(queryOf(NO_FILTER)).toBe("");
    expect(isFiltered({ ...NO_FILTER, view: "failures" })).toBe(false);
  });
  it("ignores what it does not know", () => {
    const filter = filterOf(new URLSearchParams("status=broken,failed&class=x&within=2y&from=yesterday&view=none&test=maybe"));
    expect(filter).toEqual({ ...NO_FILTER, status: ["failed"] });
  });
});

describe("the question to the API", () => {
  const now = Date.parse("2026-01-02T12:34:56Z");
  it("looks back from now, to the minute", () => {
    expect(windowStart({ ...NO_FILTER, within: "1h" }, now)).toBe("2026-01-02T11:34:00.000Z");
    expect(apiQuery(full, now).to).toBeUndefined();
  });
  it("joins states with commas and leaves out what is empty", () => {
    expect(apiQuery(full, now).status).toBe("queued,failed");
    expect(Object.values(apiQuery(NO_FILTER, now)).every((value) => value === undefined)).toBe(true);
  });
});
