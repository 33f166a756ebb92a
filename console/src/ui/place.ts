// Puts a popover beside what it belongs to, inside the window.

export type Side = "bottom-start" | "bottom-end" | "top" | "right";
const GAP = 6;
const EDGE = 8;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Left and top of a box of that size: on the wanted side, or on the other where there is more room. */
export function position(anchor: Box, size: { width: number; height: number }, side: Side, view: { width: number; height: number }) {
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - size.height;
  const middle = (anchor.left + anchor.right - size.width) / 2;
  let left: number;
  let top: number;
  if (side === "right") {
    const fits = anchor.right + GAP + size.width <= view.width - EDGE;
    left = fits ? anchor.right + GAP : anchor.left - GAP - size.width;
    top = (anchor.top + anchor.bottom - size.height) / 2;
  } else {
    left = side === "top" ? middle : side === "bottom-end" ? anchor.right - size.width : anchor.left;
    const roomBelow = view.height - EDGE - below;
    const wantsAbove = side === "top" ? above >= EDGE : roomBelow < size.height && anchor.top > roomBelow;
    top = wantsAbove ? above : below;
  }
  const clamp = (value: number, most: number) => Math.max(EDGE, Math.min(value, most));
  return { left: clamp(left, view.width - EDGE - size.width), top: clamp(top, view.height - EDGE - size.height) };
}

export function place(popover: HTMLElement, anchor: Element, side: Side): void {
  const view = { width: window.innerWidth, height: window.innerHeight };
  const { left, top } = position(anchor.getBoundingClientRect(), popover.getBoundingClientRect(), side, view);
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}
