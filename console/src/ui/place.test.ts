import { describe, expect, it } from "vitest";
import { position } from "./place";

const view = { width: 1000, height: 800 };
const size = { width: 200, height: 300 };

describe("position", () => {
  it("hangs below its anchor", () =>
    expect(position({ left: 100, top: 50, right: 140, bottom: 80 }, size, "bottom-start", view)).toEqual({ left: 100, top: 86 }));
  it("goes above where there is more room", () =>
    expect(position({ left: 100, top: 700, right: 140, bottom: 730 }, size, "bottom-start", view).top).toBe(394));
  it("stays inside the window", () =>
    expect(position({ left: 950, top: 50, right: 990, bottom: 80 }, size, "bottom-start", view).left).toBe(792));
  it("ends where its anchor ends", () =>
    expect(position({ left: 500, top: 50, right: 600, bottom: 80 }, size, "bottom-end", view).left).toBe(400));
});
