import { describe, expect, it } from "vitest";
import { NO_FILTER } from "../list/filter";
import { choiceOf, replayBody, whatIfBody } from "./byFilter";

describe("what is done to all that fit", () => {
  it("is what the filter suggests", () => {
    expect(choiceOf({ ...NO_FILTER, status: ["queued"] }).deed).toBe("cancel");
    expect(choiceOf({ ...NO_FILTER, status: ["timed_out"], failure: "timeout" })).toMatchObject({
      deed: "retry",
      status: "timed_out",
      failure: "timeout",
    });
  });
  it("says only what was chosen", () => {
    const body = replayBody({ ...choiceOf(NO_FILTER), deed: "retry", target: "draft", perSecond: "" }, NO_FILTER, 0, true);
    expect(JSON.parse(JSON.stringify(body))).toEqual({ mode: "retry", dry_run: true });
  });
  it("tries the draft on those that fit", () => {
    const body = whatIfBody({ ...choiceOf(NO_FILTER), deed: "try", status: "completed" }, { ...NO_FILTER, from: "2026-01-01T00:00:00.000Z" }, 0);
    expect(JSON.parse(JSON.stringify(body))).toEqual({ status: "completed", from: "2026-01-01T00:00:00.000Z", limit: 100 });
  });
  it("takes the draft for new runs, at a pace", () => {
    const body = replayBody({ ...choiceOf(NO_FILTER), deed: "replay", target: "draft", perSecond: "5" }, NO_FILTER, 0, false);
    expect(JSON.parse(JSON.stringify(body))).toEqual({ mode: "replay", draft: true, per_second: 5, dry_run: false });
  });
});
