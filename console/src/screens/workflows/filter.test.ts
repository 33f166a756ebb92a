import { describe, expect, it } from "vitest";
import { filterOf, fits, freeName, queryOf } from "./filter";

describe("the filter in the URL", () => {
  it("comes back as it was", () => {
    const filter = { search: "order & co", status: "paused" } as const;
    expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  });
  it("ignores what is no state", () => expect(filterOf(new URLSearchParams("status=<b>")).status).toBe(""));
  it("looks at name and description", () => {
    const workflow = { name: "order-router", description: "Sends orders on" };
    expect(fits(workflow, { search: "sends ROUTER", status: "" })).toBe(true);
    expect(fits(workflow, { search: "user", status: "" })).toBe(false);
  });
});

describe("freeName", () => {
  it("counts on", () => {
    expect(freeName("a", new Set(["a"]))).toBe("a-2");
    expect(freeName("a-2", new Set(["a", "a-2", "a-3"]))).toBe("a-4");
  });
});
