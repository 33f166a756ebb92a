import { describe, expect, it } from "vitest";
import type { Run } from "./data";
import { mergeHead, patchRun, prepend } from "./merge";

const run = (id: string, status: Run["status"] = "completed") => ({ id, status, started_at: null, error: null }) as Run;
const page = (ids: string[], next: string | null = null) => ({ items: ids.map((id) => run(id)), next });
const idsOf = (pages: { items: Run[] }[]) => pages.map((one) => one.items.map((item) => item.id));

describe("mergeHead", () => {
  it("keeps the rows in place and holds the new ones back", () => {
    const head = { items: [run("5"), run("4", "failed"), run("3")], next: "3" };
    const merged = mergeHead([page(["4", "3"], "3"), page(["2", "1"])], head);
    expect(idsOf(merged.pages)).toEqual([["4", "3"], ["2", "1"]]);
    expect(merged.pages[0]?.items[0]?.status).toBe("failed");
    expect(merged.fresh.map((item) => item.id)).toEqual(["5"]);
    expect(merged.isCut).toBe(false);
  });
  it("says when more came than were read", () => expect(mergeHead([page(["1"])], page(["9", "8"], "8")).isCut).toBe(true));
  it("takes all when there was nothing", () => expect(idsOf(mergeHead([page([])], page(["2"])).pages)).toEqual([["2"]]));
});

describe("prepend", () => {
  it("puts new rows on top, once", () =>
    expect(idsOf(prepend([page(["2", "1"]), page(["0"])], [run("3"), run("2")]))).toEqual([["3", "2", "1"], ["0"]]));
});

describe("patchRun", () => {
  const event = { id: "1", workflow_id: "2", status: "completed", at: "2026-01-01T00:00:02.500Z", error: null };
  it("ends a run", () => {
    const running = { ...run("1", "running"), started_at: "2026-01-01T00:00:00Z" };
    expect(patchRun(running, event)).toMatchObject({ status: "completed", finished_at: event.at, duration_ms: 2500 });
  });
  it("leaves others alone", () => {
    const other = run("3");
    expect(patchRun(other, event)).toBe(other);
  });
  it("opens one that is tried again", () =>
    expect(patchRun({ ...run("1", "failed"), finished_at: "x" }, { ...event, status: "running" }).finished_at).toBeNull());
});
