// One chart on a canvas. It draws by itself, in the colours of the theme; what it says in words is
// beside it (Chart.tsx).
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Line {
  /** A token of the theme: "--ok". */
  color: string;
  isDashed?: boolean;
  values: readonly (number | null)[];
}

export interface Plot {
  kind: "bars" | "lines";
  /** The middle of each step, and the edges of all; seconds. */
  times: readonly number[];
  from: number;
  to: number;
  /** Bars: the first in front of the others. */
  lines: readonly Line[];
  write: (value: number) => string;
  language: string;
  onHover: (index: number | null) => void;
  /** A part was chosen; seconds. */
  onSelect: (from: number, to: number) => void;
}

export const HEIGHT = 168;
const DAY_S = 86_400;
const LEAST_DRAG_PX = 6;
/** Charts of one screen point at the same time; what is dragged is one chart's own. */
const SYNC: uPlot.Cursor.Sync = { key: "overview", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } };

/** The labels of the time axis: times of day within a day, else dates. */
export function timeLabels(splits: readonly number[], spanS: number, language: string): string[] {
  const format = new Intl.DateTimeFormat(
    language,
    spanS <= 1.5 * DAY_S ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { day: "numeric", month: "short" },
  );
  let last = "";
  // A date stands once, where several ticks fall on it.
  return splits.map((at) => {
    const text = format.format(at * 1000);
    if (text === last) return "";
    last = text;
    return text;
  });
}

/** Points that no line leads to. */
export function isolated(values: readonly (number | null | undefined)[]): number[] {
  const isThere = (index: number) => values[index] !== null && values[index] !== undefined;
  return [...values.keys()].filter((index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
}

function seriesOf(plot: Plot, color: (token: string) => string): uPlot.Series[] {
  return plot.lines.map((line) => {
    const stroke = color(line.color);
    const points: uPlot.Series.Points = { show: true, size: 5, fill: stroke, filter: (chart, index) => isolated([...(chart.data[index] ?? [])]) };
    if (plot.kind === "lines") return { stroke, width: 1.75, dash: line.isDashed ? [5, 4] : undefined, points };
    return { stroke, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.78, 36], align: 0 }) };
  });
}

function axesOf(plot: Plot, color: (token: string) => string): uPlot.Axis[] {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const common = { stroke: color("--muted"), font, ticks: { show: false } };
  return [
    {
      ...common,
      size: 26,
      space: 64,
      grid: { show: false },
      values: (_, splits) => timeLabels(splits, plot.to - plot.from, plot.language),
    },
    {
      ...common,
      size: plot.kind === "bars" ? 44 : 58,
      space: 36,
      grid: { stroke: color("--border"), width: 1 },
      // Of counts only whole ones.
      incrs: plot.kind === "bars" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7] : undefined,
      values: (_, splits) => splits.map((value) => (value ? plot.write(value) : "0")),
    },
  ];
}

/** From nothing to a little more than the most. */
const valueRange = (_: uPlot, __: number, most: number | null): [number, number] => [0, (most || 1) * 1.08];

const dataOf = (plot: Plot): uPlot.AlignedData => [[...plot.times], ...plot.lines.map((line) => [...line.values])] as uPlot.AlignedData;

export function draw(place: HTMLElement, plot: Plot): { update: (plot: Plot) => void; remove: () => void } {
  const style = getComputedStyle(document.documentElement);
  const color = (token: string) => style.getPropertyValue(token).trim();
  let now = plot;
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: plot.kind === "lines" }, drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG_PX }, sync: SYNC },
    scales: { x: { time: true, range: () => [now.from, now.to] }, y: { range: valueRange } },
    axes: axesOf(plot, color),
    series: [{}, ...seriesOf(plot, color)],
    hooks: {
      setCursor: [(chart) => now.onHover(chart.cursor.idx ?? null)],
      setSelect: [
        (chart) => {
          if (chart.select.width < LEAST_DRAG_PX) return;
          const at = (left: number) => chart.posToVal(left, "x");
          now.onSelect(at(chart.select.left), at(chart.select.left + chart.select.width));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
  const chart = new uPlot(options, dataOf(plot), place);
  const watcher = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT }));
  watcher.observe(place);
  return {
    update(next) {
      now = next;
      chart.setData(dataOf(next));
    },
    remove() {
      watcher.disconnect();
      chart.destroy();
    },
  };
}
