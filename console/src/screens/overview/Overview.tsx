// What happened on the whole server: the first thing that one sees.
import { lazy, Suspense } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { Button, Empty, ErrorState, Icon, Skeleton } from "~/ui";
import { useStats, useSystem } from "./data";
import { Figures } from "./Figures";
import { PointTable } from "./PointTable";
import { queryOf, rangeOf, spanOf, type Range } from "./range";
import { RangePicker } from "./RangePicker";
import { isQuiet, type Stats } from "./summary";
import "./Overview.css";

const Charts = lazy(() => import("./Charts"));
const Lists = lazy(() => import("./Lists"));
const FirstSteps = lazy(() => import("./FirstSteps"));

/** As far back as anything is counted by a window. */
const LONGEST: Range = { preset: "30d" };
const SHORTEST_MS = 60_000;

interface View {
  range: Range;
  isTable: boolean;
}

function useView(): [View, (view: View) => void] {
  const [, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const set = ({ range, isTable }: View) => {
    const text = [isTable && "view=table", queryOf(range)].filter(Boolean).join("&");
    go(text ? `/overview?${text}` : "/overview");
  };
  return [{ range: rangeOf(query), isTable: query.get("view") === "table" }, set];
}

export default function Overview() {
  const t = useT();
  const [view, setView] = useView();
  const { range, isTable } = view;
  const stats = useStats(range);
  const setRange = (next: Range) => setView({ ...view, range: next });
  const shown = stats.data ? { from: Date.parse(stats.data.from), to: Math.min(Date.parse(stats.data.to), Date.now()) } : null;
  const body = () => {
    if (stats.isPending) return <Skeleton lines={12} />;
    if (stats.isError && !stats.data) return <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />;
    if (isQuiet(stats.data)) return <Quiet stats={stats.data} range={range} onRange={setRange} />;
    return (
      <>
        <Figures stats={stats.data} range={range} />
        {isTable ? (
          <PointTable stats={stats.data} />
        ) : (
          <Suspense fallback={<Skeleton lines={10} />}>
            <Charts stats={stats.data} onSelect={(from, to) => setRange(spanOf(from, Math.max(to, from + SHORTEST_MS)))} />
          </Suspense>
        )}
        <Suspense fallback={<Skeleton lines={6} />}>
          <Lists stats={stats.data} range={range} />
        </Suspense>
      </>
    );
  };
  const actions = shown && (
    <>
      <RangePicker range={range} shown={shown} onChange={setRange} />
      <Button icon="list" aria-pressed={isTable} onClick={() => setView({ ...view, isTable: !isTable })}>
        {t.overview.asTable}
      </Button>
    </>
  );
  return (
    <Page title={t.overview.title} lead={stats.data && (isTable ? t.overview.leads.table : t.overview.leads.charts)} actions={actions}>
      <Alarm />
      {body()}
      <Foot />
    </Page>
  );
}

/** Nothing in this time: is there anything at all? */
function Quiet({ stats, range, onRange }: { stats: Stats; range: Range; onRange: (range: Range) => void }) {
  const t = useT();
  const all = useStats(LONGEST);
  if (all.isPending) return <Skeleton lines={6} />;
  if (!all.data || isQuiet(all.data))
    return (
      <Suspense fallback={<Skeleton lines={6} />}>
        <FirstSteps />
      </Suspense>
    );
  return (
    <>
      <Figures stats={stats} range={range} />
      <Empty
        icon="clock"
        title={t.overview.quiet}
        text={t.overview.quietText}
        actions={<Button onClick={() => onRange(LONGEST)}>{t.overview.quietAction}</Button>}
      />
    </>
  );
}

function Alarm() {
  const t = useT();
  if (!useSystem().data?.store_failing) return null;
  return (
    <p className="overview-alarm" role="alert">
      <Icon name="triangle" />
      {t.overview.storeFails}
    </p>
  );
}

function Foot() {
  const t = useT();
  const { data } = useSystem();
  return (
    <footer className="overview-foot muted">
      {data && (
        <Link href="/settings/system">
          {t.overview.system(data.version, bytes(data.disk.database_bytes), bytes(data.disk.disk_free_bytes))}
        </Link>
      )}
      <a href="/metrics" target="_blank" rel="noreferrer">
        {t.overview.metrics} <Icon name="external-link" size={13} />
      </a>
    </footer>
  );
}
