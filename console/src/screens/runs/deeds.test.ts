import { describe, expect, it } from "vitest";
import { isPossible, type Deed } from "./deeds";

const DEEDS: Deed[] = ["cancel", "pause", "resume", "retry", "restart", "replay"];
const possible = (status: "running" | "waiting" | "completed" | "failed", paused = false, waits = false) =>
  DEEDS.filter((deed) =>
    isPossible(deed, { status, paused, nodes: waits ? [{ status: "waiting", waiting_for: "resume" }] : [] }),
  );

describe("what can be done to a run", () => {
  it("runs", () => expect(possible("running")).toEqual(["cancel", "pause", "replay"]));
  it("is held", () => expect(possible("running", true)).toEqual(["cancel", "resume", "replay"]));
  it("waits for a person", () => expect(possible("waiting", false, true)).toEqual(["cancel", "pause", "resume", "replay"]));
  it("waits for time", () => expect(possible("waiting")).toEqual(["cancel", "pause", "replay"]));
  it("has completed", () => expect(possible("completed")).toEqual(["restart", "replay"]));
  it("has failed", () => expect(possible("failed")).toEqual(["retry", "restart", "replay"]));
});
