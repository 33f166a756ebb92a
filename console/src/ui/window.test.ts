import { describe, expect, it } from "vitest";
import { visibleRange } from "./window";

describe("visibleRange", () => {
  it("begins at the top", () => expect(visibleRange(-100, 500, 50, 1000)).toEqual({ start: 0, end: 18 }));
  it("draws no more than the view and some spare rows of a million", () =>
    expect(visibleRange(25_000_000, 25_000_500, 50, 1_000_000)).toEqual({ start: 499_992, end: 500_018 }));
  it("ends at the end", () => expect(visibleRange(49_500, 50_000, 50, 1000)).toEqual({ start: 982, end: 1000 }));
  it("draws nothing of nothing", () => expect(visibleRange(0, 500, 50, 0)).toEqual({ start: 0, end: 0 }));
});
