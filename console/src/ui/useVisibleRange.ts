import { useEffect, useState } from "react";
import { visibleRange } from "./window";

function scrollParent(element: Element): Element {
  for (let up = element.parentElement; up; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up;
  return document.documentElement;
}

/** Which rows of a fixed height are to be drawn, as far as what they lie in is scrolled. */
export function useVisibleRange(body: { current: HTMLElement | null }, count: number, rowHeight: number) {
  const [range, setRange] = useState({ start: 0, end: Math.min(count, 40) });
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const scroller = scrollParent(element);
    const measure = () => {
      const view = scroller === document.documentElement ? { top: 0, bottom: window.innerHeight } : scroller.getBoundingClientRect();
      const top = element.getBoundingClientRect().top;
      const next = visibleRange(view.top - top, view.bottom - top, rowHeight, count);
      setRange((old) => (old.start === next.start && old.end === next.end ? old : next));
    };
    const target = scroller === document.documentElement ? window : scroller;
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(scroller);
    target.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      target.removeEventListener("scroll", measure);
    };
  }, [body, count, rowHeight]);
  return { start: Math.min(range.start, count), end: Math.min(range.end, count) };
}
