import { beforeEach, describe, expect, it, vi } from "vitest";
import { select } from "d3-selection";
import { interpolate, interrupt, type Transition } from "./motion";

describe("a move of the view", () => {
  let frames: ((now: number) => void)[];
  const tick = (now: number) => frames.splice(0).forEach((act) => act(now));
  let reduced: boolean;
  beforeEach(() => {
    frames = [];
    reduced = false;
    vi.stubGlobal("window", { matchMedia: () => ({ matches: reduced }) });
    vi.stubGlobal("requestAnimationFrame", (act: (now: number) => void) => frames.push(act));
    vi.stubGlobal("cancelAnimationFrame", () => frames.splice(0));
  });

  /** What d3-zoom and React Flow ask of a transition. */
  function begin(element: Element, said: string[]) {
    const on = (name: string) => () => void said.push(name);
    const step = () => (t: number) => void said.push(t.toFixed(2));
    const moved = select(element) as unknown as { transition(): Transition };
    const move = moved.transition().duration(200).ease((t: number) => t);
    move.on("start.zoom", on("start")).on("interrupt.zoom end.zoom", on("over")).tween("zoom", step).on("end", on("end"));
  }

  it("takes its time, and ends", () => {
    const said: string[] = [];
    begin({} as Element, said);
    [1000, 1100, 1200, 1300].forEach(tick);
    expect(said).toEqual(["start", "0.00", "0.50", "1.00", "over", "end"]);
  });
  it("is over at once where motion is reduced", () => {
    reduced = true;
    const said: string[] = [];
    begin({} as Element, said);
    tick(1000);
    expect(said).toEqual(["start", "1.00", "over", "end"]);
  });
  it("gives way to a gesture, and to another one", () => {
    const said: string[] = [];
    const element = {} as Element;
    begin(element, said);
    [1000, 1100].forEach(tick);
    interrupt(element);
    expect(said).toEqual(["start", "0.00", "0.50", "over"]);
    tick(1200);
    begin(element, said);
    begin(element, said);
    [2000, 2200].forEach(tick);
    expect(said.slice(4)).toEqual(["start", "0.00", "1.00", "over", "end"]);
  });
  it("keeps what is pointed at in its place while one zooms", () => {
    expect(interpolate([0, 0, 100], [50, 25, 50])(0.5)).toEqual([25, 12.5, 75]);
  });
});
