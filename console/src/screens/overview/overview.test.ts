import { describe, expect, it } from "vitest";
import { percent } from "~/lib/number";
import { isOpen } from "./FirstSteps";
import { isolated, timeLabels } from "./plot";
import { FIRST, listLink, queryOf, rangeOf, spanOf, type Range } from "./range";
import { isQuiet, peakOf, stacked, summaryOf, type Stats } from "./summary";

const of = (query: string) => rangeOf(new URLSearchParams(query));
const HOUR: Range = { preset: "1h" };
const SPAN = spanOf(Date.parse("2026-03-01T10:00:00Z"), Date.parse("2026-03-01T11:00:00Z"));

describe("rangeOf", () => {
  it.each([
    ["", FIRST],
    ["range=1h", HOUR],
    ["range=1y", FIRST],
    ["from=2026-03-01T10:00:00Z&to=2026-03-01T11:00:00Z&range=1h", SPAN],
    ["from=2026-03-01T11:00:00Z&to=2026-03-01T10:00:00Z", FIRST],
    ["from=yesterday&to=2026-03-01T10:00:00Z", FIRST],
  ])("understands %j", (query, range) => expect(of(query)).toEqual(range));
  it("comes back from its own URL", () => {
    for (const range of [FIRST, HOUR, SPAN]) expect(of(queryOf(range))).toEqual(range);
    expect(queryOf(FIRST)).toBe("");
  });
});

describe("listLink", () => {
  const shown = { from: "2026-03-01T10:00:00.000Z", to: "2026-03-01T10:15:00.000Z" };
  it.each([
    ["runs", HOUR, "/runs?status=failed&within=1h"],
    ["requests", HOUR, "/requests?status=failed&last=1h"],
    ["requests", { preset: "30d" }, "/requests?status=failed&from=2026-03-01T10%3A00%3A00.000Z"],
    ["runs", { preset: "15m" }, "/runs?status=failed&from=2026-03-01T10%3A00%3A00.000Z"],
    ["runs", SPAN, "/runs?status=failed&from=2026-03-01T10%3A00%3A00.000Z&to=2026-03-01T10%3A15%3A00.000Z"],
  ] as [("runs" | "requests"), Range, string][])("leads to %s of %j", (list, range, link) =>
    expect(listLink(list, { status: "failed" }, range, shown)).toBe(link));
});

const stats = (requests = {}, runs = {}): Stats =>
  ({
    from: "2026-03-01T10:00:00Z",
    to: "2026-03-01T11:00:00Z",
    total: {
      requests: { accepted: 0, refused: 0, handshake: 0, filtered: 0, duplicate: 0, ...requests },
      runs: { completed: 0, failed: 0, canceled: 0, timed_out: 0, ...runs },
    },
    queue: { runs: 0, age_ms: 0 },
  }) as Stats;

describe("summaryOf", () => {
  const at = Date.parse("2026-03-01T10:10:00Z");
  it("counts what was refused and what failed", () =>
    expect(summaryOf(stats({ accepted: 15, refused: 4, duplicate: 1 }, { completed: 6, failed: 1, timed_out: 1, canceled: 2 }), at)).toEqual({
      requests: 20,
      refused: 4,
      acceptRate: 0.8,
      rate: { n: 2, per: "minute" },
      ended: 10,
      failed: 2,
      successRate: 0.75,
    }));
  it.each([
    [1, { n: 6, per: "hour" }],
    [0, { n: 0, per: "day" }],
  ])("says how often %d in ten minutes is", (accepted, rate) => expect(summaryOf(stats({ accepted }), at).rate).toEqual(rate));
  it("knows no rate of nothing", () => expect(summaryOf(stats(), at)).toMatchObject({ acceptRate: null, successRate: null, rate: { n: 0 } }));
  it("is quiet where nothing came, ended or waits", () => {
    expect(isQuiet(stats())).toBe(true);
    expect(isQuiet(stats({ refused: 1 }))).toBe(false);
    expect(isQuiet(stats({}, { canceled: 1 }))).toBe(false);
    expect(isQuiet({ ...stats(), queue: { runs: 1, age_ms: 5 } })).toBe(false);
  });
});

describe("charts", () => {
  it("stack each series on those before it", () =>
    expect(stacked([[1, 2], [3, 0], [0, 5]])).toEqual([[1, 2], [4, 2], [4, 7]]));
  it("find the highest step", () => {
    expect(peakOf([1, null, 7, 7])).toEqual({ index: 2, value: 7 });
    expect(peakOf([0, null])).toBeNull();
  });
  it("mark what no line leads to", () => expect(isolated([1, null, 2, 3, null, 4])).toEqual([0, 5]));
  it("say times within a day, and each date once", () => {
    const noon = Date.parse("2026-03-01T12:00:00") / 1000;
    expect(timeLabels([noon, noon + 900], 3600, "en-GB")).toEqual(["12:00", "12:15"]);
    expect(timeLabels([noon, noon + 21_600, noon + 86_400], 604_800, "en-GB")).toEqual(["1 Mar", "", "2 Mar"]);
  });
});

describe("percent", () => {
  it.each([
    [1, "100%"],
    [0.99999, "99.9%"],
    [0.29, "29%"],
  ])("writes %d as %s", (part, text) => expect(percent(part, "en")).toBe(text));
});

describe("isOpen", () => {
  it.each([
    [{ type: "webhook" }, true],
    [{ type: "webhook", config: { auth: [{ type: "none" }] } }, true],
    [{ type: "webhook", config: { auth: [{ type: "hmac" }] } }, false],
    [{ type: "webhook", config: { methods: ["PUT"] } }, false],
  ])("%j", (trigger, is) => expect(isOpen(trigger)).toBe(is));
});
