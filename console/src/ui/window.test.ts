import { describe, expect, it } from "vitest";
import { cutText, entries, fittingLevels } from "./json";
import { visibleRange } from "./window";

describe("visibleRange", () => {
  it("begins at the top", () => expect(visibleRange(-100, 500, 50, 1000)).toEqual({ start: 0, end: 18 }));
  it("draws no more than the view and some spare rows of a million", () =>
    expect(visibleRange(25_000_000, 25_000_500, 50, 1_000_000)).toEqual({ start: 499_992, end: 500_018 }));
  it("ends at the end", () => expect(visibleRange(49_500, 50_000, 50, 1000)).toEqual({ start: 982, end: 1000 }));
  it("draws nothing of nothing", () => expect(visibleRange(0, 500, 50, 0)).toEqual({ start: 0, end: 0 }));
});

describe("a large value", () => {
  it("opens as far as it fits", () => {
    const rows = (n: number) => Array.from({ length: n }, () => ({ a: { b: 1 } }));
    expect(fittingLevels(rows(3), 3)).toBe(3);
    expect(fittingLevels(rows(200), 3)).toBe(3);
    expect(fittingLevels(rows(300).map((row) => [row, row, row, row, row]), 3)).toBe(1);
    expect(fittingLevels("text", 3)).toBe(3);
  });
  it("is cut where it is long", () => {
    expect(cutText("abc", 2)).toEqual({ text: "ab", left: 1 });
    expect(cutText("ab", 2)).toEqual({ text: "ab", left: 0 });
  });
});

it("keeps the places of a list where some are left out", () => {
  const list: unknown[] = [];
  list[7] = "x";
  expect(entries(list)).toEqual([[7, "x"]]);
});
