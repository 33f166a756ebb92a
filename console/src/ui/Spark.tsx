import { classes } from "~/lib/classes";
import { toneOf, useStatusName } from "./Badge";
import "./Spark.css";

export interface SparkBar {
  status: string;
  duration_ms: number | null;
}

const HEIGHT = 22;
const STEP = 5;

/** Bars on a logarithmic scale, so that a slow run does not flatten all others. */
export function barHeights(durations: readonly (number | null)[], height: number): number[] {
  const logs = durations.map((ms) => Math.log10(Math.max(1, ms ?? 1)));
  const most = Math.max(1, ...logs);
  return logs.map((log) => Math.round(4 + (log / most) * (height - 4)));
}

/** The last runs, oldest first: how they ended and how long they took. */
export function Spark({ bars, label }: { bars: readonly SparkBar[]; label: string }) {
  const name = useStatusName();
  const heights = barHeights(
    bars.map((bar) => bar.duration_ms),
    HEIGHT,
  );
  return (
    <svg className="ui-spark" role="img" aria-label={label} width={bars.length * STEP} height={HEIGHT}>
      {bars.map((bar, index) => (
        <rect
          key={index}
          className={classes("ui-spark-bar", `ui-tone-${toneOf(bar.status)}`)}
          x={index * STEP}
          y={HEIGHT - (heights[index] ?? 4)}
          width={STEP - 2}
          height={heights[index] ?? 4}
          rx={1}
        >
          <title>{name(bar.status)}</title>
        </rect>
      ))}
    </svg>
  );
}
