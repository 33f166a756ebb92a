// Stands in for d3-transition and d3-interpolate (vite.config.ts), of which the canvas needs one thing:
// that the view moves from one place to another. They bring colours, styles and paths along.
import { selection } from "d3-selection";

/** What is in the middle, and how much of the width is seen. */
type View = readonly [x: number, y: number, width: number];

/** A place that stays where it is on the screen while one zooms stays there all the way. */
export const interpolate = (from: View, to: View) => (t: number) => from.map((value, at) => value + ((to[at] ?? value) - value) * t);
export const interpolateZoom = interpolate;

type Listener = (this: Element, datum: unknown) => void;
type Tween = (this: Element, datum: unknown) => (t: number) => void;

const DURATION_MS = 250;
const isReduced = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const easeInOut = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - 4 * (1 - t) ** 3);

/** The one that is under way, by what it moves. */
const current = new WeakMap<Element, Transition>();

/** Of one element. It begins with the next frame, so that it can be told what to do. */
export class Transition {
  private readonly listeners = new Map<string, Listener>();
  private readonly tweens: Tween[] = [];
  private ms = DURATION_MS;
  private eased = easeInOut;
  private frame = 0;
  private isStarted = false;

  constructor(
    private readonly from: { node(): Element | null; datum(): unknown },
    private readonly element: Element,
  ) {
    interrupt(element);
    current.set(element, this);
    this.frame = requestAnimationFrame((now) => this.start(now));
  }

  selection() {
    return this.from;
  }
  duration(ms: number) {
    this.ms = ms;
    return this;
  }
  ease(eased: (t: number) => number) {
    this.eased = eased;
    return this;
  }
  /** `names` as in d3: "interrupt.zoom end.zoom". */
  on(names: string, listener: Listener) {
    for (const name of names.split(" ")) this.listeners.set(name, listener);
    return this;
  }
  tween(_name: string, tween: Tween) {
    this.tweens.push(tween);
    return this;
  }
  call(act: (transition: this, ...more: unknown[]) => void, ...more: unknown[]) {
    act(this, ...more);
    return this;
  }
  stop(): void {
    cancelAnimationFrame(this.frame);
    current.delete(this.element);
    if (this.isStarted) this.tell("interrupt");
  }

  private start(begun: number): void {
    this.isStarted = true;
    this.tell("start");
    const steps = this.tweens.map((tween) => tween.call(this.element, this.from.datum()));
    const ms = isReduced() ? 0 : this.ms;
    const step = (now: number) => {
      const t = ms > 0 ? Math.min(1, (now - begun) / ms) : 1;
      for (const act of steps) act.call(this.element, this.eased(t));
      if (t < 1) {
        this.frame = requestAnimationFrame(step);
        return;
      }
      current.delete(this.element);
      this.tell("end");
    };
    step(begun);
  }
  private tell(type: string): void {
    for (const [name, listener] of this.listeners) if (name.split(".")[0] === type) listener.call(this.element, this.from.datum());
  }
}

export function interrupt(element: Element): void {
  current.get(element)?.stop();
}

// What d3-transition adds to selections, which d3-zoom and React Flow use.
Object.assign(selection.prototype, {
  transition(this: { node(): Element; datum(): unknown }) {
    return new Transition(this, this.node());
  },
  interrupt(this: { node(): Element }) {
    interrupt(this.node());
    return this;
  },
});
