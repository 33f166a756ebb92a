// The most important numbers, each of which leads to what it counts.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useLanguage, useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { count, percent } from "~/lib/number";
import { duration } from "~/lib/time";
import { listLink, type Range } from "./range";
import { summaryOf, type Latency, type Stats } from "./summary";

/** A queue that is older than that is worth a look. */
const LONG_QUEUE_MS = 60_000;
/** So is a smaller part that went well. */
const GOOD_PART = 0.95;

interface FigureProps {
  label: string;
  value: string;
  note: ReactNode;
  href?: string;
  isBad?: boolean;
}

function Figure({ label, value, note, href, isBad }: FigureProps) {
  return (
    <li className="overview-figure">
      <span className="muted">{label}</span>
      <strong className={classes("overview-value", isBad && "overview-bad")}>
        {href ? (
          <Link href={href} aria-label={`${label}: ${value}`}>
            {value}
          </Link>
        ) : (
          value
        )}
      </strong>
      <span className="muted overview-note">{note}</span>
    </li>
  );
}

export function Figures({ stats, range }: { stats: Stats; range: Range }) {
  const t = useT();
  const { language } = useLanguage();
  const sums = summaryOf(stats, Date.now());
  const link = (list: "runs" | "requests", filter: Record<string, string> = {}) => listLink(list, filter, range, stats);
  const part = (value: number | null) => (value === null ? t.overview.nothing : percent(value, language));
  const isBad = (value: number | null) => value !== null && value < GOOD_PART;
  const n = (value: number) => count(value, language);
  const latency = (label: string, of: Latency | null) => (
    <Figure
      label={label}
      value={of ? duration(of.p95) : t.overview.nothing}
      note={of ? t.overview.quantiles(duration(of.p50), duration(of.p99)) : t.overview.noPeak}
    />
  );
  return (
    <ul className="overview-figures" aria-label={t.overview.figures}>
      <Figure label={t.overview.requests} value={n(sums.requests)} note={t.overview.rate[sums.rate.per](n(sums.rate.n))} href={link("requests")} />
      <Figure
        label={t.overview.acceptRate}
        value={part(sums.acceptRate)}
        note={t.overview.refusedOf(n(sums.refused))}
        href={link("requests", { verdict: "refused" })}
        isBad={isBad(sums.acceptRate)}
      />
      <Figure
        label={t.overview.successRate}
        value={part(sums.successRate)}
        note={t.overview.failedOf(n(sums.failed), n(sums.ended))}
        href={link("runs", { status: "failed,timed_out" })}
        isBad={isBad(sums.successRate)}
      />
      {latency(t.overview.acceptTime, stats.total.accept_ms)}
      {latency(t.overview.runTime, stats.total.run_ms)}
      <Figure
        label={t.overview.queue}
        value={n(stats.queue.runs)}
        note={stats.queue.runs ? t.overview.queueAge(duration(stats.queue.age_ms)) : t.overview.queueEmpty}
        href="/runs?status=queued"
        isBad={stats.queue.age_ms > LONG_QUEUE_MS}
      />
    </ul>
  );
}
