// The charts as numbers: for who cannot see them, or wants to copy them. A row's time leads into it.
import { Link } from "wouter";
import { useLanguage, useT } from "~/i18n";
import { count } from "~/lib/number";
import { duration } from "~/lib/time";
import { Table, type Column } from "~/ui";
import { queryOf, spanOf } from "./range";
import { stepTime } from "./steps";
import { LATENCIES, SERIES, type CountKind, type Point, type Stats } from "./summary";

const SHORTEST_MS = 60_000;

function Step({ point, stepMs }: { point: Point; stepMs: number }) {
  const { language } = useLanguage();
  const text = stepTime(point.at, stepMs, language);
  if (stepMs <= SHORTEST_MS) return text;
  const at = Date.parse(point.at);
  return <Link href={`/overview?view=table&${queryOf(spanOf(at, at + stepMs))}`}>{text}</Link>;
}

export function PointTable({ stats }: { stats: Stats }) {
  const t = useT();
  const { language } = useLanguage();
  const short: Record<string, string> = { ...t.overview.series, ...t.overview.shortSeries };
  const counts = (Object.keys(SERIES) as CountKind[]).flatMap((kind) =>
    Object.entries(SERIES[kind]).map(
      ([name, of]): Column<Point> => ({
        key: name,
        width: "minmax(0, 1fr)",
        align: "end",
        title: short[name] ?? name,
        render: (point) => (of(point) ? count(of(point), language) : <span className="muted">0</span>),
      }),
    ),
  );
  const latencies = LATENCIES.map(
    (kind): Column<Point> => ({
      key: kind,
      width: "minmax(0, 1.3fr)",
      align: "end",
      wideOnly: true,
      title: t.overview.latency(t.overview.charts[kind], "p95"),
      render: (point) => (point[kind] ? duration(point[kind].p95) : <span className="muted">{t.overview.nothing}</span>),
    }),
  );
  const at: Column<Point> = { key: "at", width: "110px", title: t.overview.at, render: (point) => <Step point={point} stepMs={stats.step_ms} /> };
  return (
    <Table label={t.overview.table} columns={[at, ...counts, ...latencies]} rows={stats.points.toReversed()} rowKey={(point) => point.at} rowHeight={32} />
  );
}
