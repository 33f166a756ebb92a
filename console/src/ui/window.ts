const SPARE = 8;

/** Which rows to draw, when the view shows [top, bottom) of the list, in pixels. */
export function visibleRange(top: number, bottom: number, rowHeight: number, count: number): { start: number; end: number } {
  const clamp = (row: number) => Math.max(0, Math.min(count, row));
  return { start: clamp(Math.floor(top / rowHeight) - SPARE), end: clamp(Math.ceil(bottom / rowHeight) + SPARE) };
}
