// The dots of the grid. React Flow has them as a pattern, which costs a machine without a graphics
// card half of each frame of a zoom; drawn one by one, and fewer when they come close, next to nothing.
import { useStore } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { useTheme } from "~/theme/theme";
import "./Dots.css";

const LEAST_GAP = 12;
const RADIUS = 0.5;

/** Which of the grid's dots are drawn: all, or every second, fourth … in a row. */
function thinned(gap: number): number {
  return gap < LEAST_GAP ? thinned(2 * gap) : gap;
}

type View = readonly [x: number, y: number, zoom: number];

function draw(canvas: HTMLCanvasElement, grid: number, [x, y, zoom]: View, width: number, height: number): void {
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(scale, scale);
  context.fillStyle = getComputedStyle(canvas).color;
  const gap = thinned(grid * zoom);
  const size = Math.max(1, 2 * RADIUS * zoom);
  for (let left = x % gap; left < width; left += gap) for (let top = y % gap; top < height; top += gap) context.fillRect(left, top, size, size);
}

/** `gap` is that of the grid, in its own units. */
export function Dots({ gap }: { gap: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const theme = useTheme();
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, gap, view, width, height);
  }, [gap, view, width, height, theme]);
  return <canvas ref={canvas} className="canvas-dots" aria-hidden />;
}
