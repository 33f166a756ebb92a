// The five charts. Loaded after the numbers are shown.
import { useMemo, useState } from "react";
import { useLanguage, useT } from "~/i18n";
import { count, shortCount } from "~/lib/number";
import { duration } from "~/lib/time";
import { Chart, type LegendItem } from "./Chart";
import type { Plot } from "./plot";
import { stepTime } from "./steps";
import { LATENCIES, peakOf, QUANTILES, SERIES, stacked, type CountKind, type LatencyKind, type Stats } from "./summary";

const COLORS: Record<string, string> = {
  accepted: "--ok",
  completed: "--ok",
  other: "--info",
  canceled: "--border-strong",
  refused: "--danger",
  failed: "--danger",
  p50: "--accent",
  p95: "--info",
  p99: "--wait",
};

interface Props {
  stats: Stats;
  /** In milliseconds. */
  onSelect: (from: number, to: number) => void;
}

type Frame = Pick<Plot, "times" | "from" | "to" | "onHover" | "onSelect">;
interface PartProps {
  stats: Stats;
  frame: Frame;
  hover: number | null;
}

export default function Charts({ stats, onSelect }: Props) {
  const t = useT();
  const [hover, setHover] = useState<number | null>(null);
  const frame = useMemo(() => {
    const step = stats.step_ms / 1000;
    const times = stats.points.map((point) => Date.parse(point.at) / 1000 + step / 2);
    return { times, from: Date.parse(stats.from) / 1000, to: Date.parse(stats.to) / 1000 };
  }, [stats]);
  const parts = {
    stats,
    frame: { ...frame, onHover: setHover, onSelect: (from: number, to: number) => onSelect(from * 1000, to * 1000) },
    hover: hover !== null && hover < stats.points.length ? hover : null,
  };
  return (
    <section className="overview-charts" aria-label={t.overview.table}>
      <Counts kind="requests" {...parts} />
      <Counts kind="runs" {...parts} />
      {LATENCIES.map((kind) => (
        <Latencies key={kind} kind={kind} {...parts} />
      ))}
    </section>
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, n) => all + n, 0);

function useHoverTime(stats: Stats, hover: number | null): string | null {
  const { language } = useLanguage();
  const point = hover === null ? undefined : stats.points[hover];
  return point ? stepTime(point.at, stats.step_ms, language) : null;
}

function usePeak(stats: Stats, values: readonly (number | null)[], write: (n: number) => string): string {
  const t = useT();
  const { language } = useLanguage();
  const peak = peakOf(values);
  const at = peak && stats.points[peak.index]?.at;
  return peak && at ? t.overview.peak(write(peak.value), stepTime(at, stats.step_ms, language)) : t.overview.noPeak;
}

function Counts({ kind, stats, frame, hover }: PartProps & { kind: CountKind }) {
  const t = useT();
  const { language } = useLanguage();
  const names = Object.keys(SERIES[kind]);
  const values = useMemo(() => Object.values(SERIES[kind]).map((of) => stats.points.map(of)), [kind, stats]);
  const tops = useMemo(() => stacked(values), [values]);
  const words: Record<string, string> = { ...t.overview.series };
  const short: Record<string, string> = { ...words, ...t.overview.shortSeries };
  const of = (index: number) => count((hover === null ? sum(values[index] ?? []) : values[index]?.[hover]) ?? 0, language);
  const legend: LegendItem[] = names.map((name, index) => ({ key: name, name: short[name] ?? name, color: COLORS[name] ?? "--muted", value: of(index) }));
  const peak = usePeak(stats, tops.at(-1) ?? [], (n) => count(n, language));
  // The highest first: each lower one is drawn over it.
  const lines = names.map((name, index) => ({ color: COLORS[name] ?? "--muted", values: tops[index] ?? [] })).reverse();
  const parts = names.map((name, index) => `${words[name]} ${count(sum(values[index] ?? []), language)}`);
  return (
    <Chart
      className="overview-chart-wide"
      title={t.overview.charts[kind]}
      note={useHoverTime(stats, hover)}
      summary={t.overview.summary(t.overview.charts[kind], parts, peak)}
      legend={legend}
      plot={{ ...frame, kind: "bars", lines, write: (n) => shortCount(n, language) }}
    />
  );
}

function Latencies({ kind, stats, frame, hover }: PartProps & { kind: LatencyKind }) {
  const t = useT();
  const shown = hover === null ? stats.total[kind] : stats.points[hover]?.[kind];
  const text = (ms: number | undefined) => (ms === undefined ? t.overview.nothing : duration(ms));
  const style = QUANTILES.map((quantile) => ({ key: quantile, color: COLORS[quantile] ?? "--muted", isDashed: quantile === "p99" }));
  const lines = style.map(({ key, ...rest }) => ({ ...rest, values: stats.points.map((point) => point[kind]?.[key] ?? null) }));
  const peak = usePeak(stats, lines[1]?.values ?? [], duration);
  return (
    <Chart
      title={t.overview.charts[kind]}
      lead={t.overview.chartLeads[kind]}
      note={useHoverTime(stats, hover)}
      summary={t.overview.summary(
        t.overview.charts[kind],
        QUANTILES.map((quantile) => `${quantile} ${text(stats.total[kind]?.[quantile])}`),
        peak,
      )}
      legend={style.map((item) => ({ ...item, name: item.key, value: text(shown?.[item.key]) }))}
      plot={{ ...frame, kind: "lines", lines, write: duration }}
    />
  );
}
