import { describe, expect, it } from "vitest";
import { NO_FILTER } from "../list/filter";
import { choiceOf, replayBody } from "./byFilter";

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
  it("takes the draft for new runs, at a pace", () => {
    const body = replayBody({ ...choiceOf(NO_FILTER), deed: "replay", target: "draft", perSecond: "5" }, NO_FILTER, 0, false);
    expect(JSON.parse(JSON.stringify(body))).toEqual({ mode: "replay", draft: true, per_second: 5, dry_run: false });
  });
});
