// What went wrong, by its kind and its place; each line leads to what it counts.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useLanguage, useT } from "~/i18n";
import { count } from "~/lib/number";
import { Icon, Section, Time } from "~/ui";
import { listLink, type Range } from "./range";
import type { Stats } from "./summary";

interface Props {
  stats: Stats;
  range: Range;
}

interface Row {
  key: string;
  name: ReactNode;
  n: number;
  href: string;
}

/** Lines with their share as a bar; most first. */
function Ranking({ rows, none }: { rows: readonly Row[]; none: string }) {
  const { language } = useLanguage();
  const most = Math.max(...rows.map((row) => row.n));
  if (!rows.length) return <None text={none} />;
  return (
    <ul className="overview-ranking">
      {rows.map(({ key, name, n, href }) => (
        <li key={key}>
          <Link href={href}>{name}</Link>
          <span>{count(n, language)}</span>
          <span className="overview-share" style={{ width: `${(100 * n) / most}%` }} />
        </li>
      ))}
    </ul>
  );
}

function None({ text }: { text: string }) {
  return (
    <p className="overview-none muted">
      <Icon name="check" />
      {text}
    </p>
  );
}

const BAD = { status: "failed,timed_out" };

function Silent({ stats }: { stats: Stats }) {
  const t = useT();
  if (!stats.silent.length) return <None text={t.overview.silentNone} />;
  return (
    <ul className="overview-ranking">
      {stats.silent.map(({ workflow, last_request_at: last }) => (
        <li key={workflow.id}>
          <Link href={`/workflows/${workflow.id}/trigger`}>{workflow.name ?? workflow.id}</Link>
          <span className="muted">{last ? <Time at={last} /> : t.overview.neverCalled}</span>
        </li>
      ))}
    </ul>
  );
}

export default function Lists({ stats, range }: Props) {
  const t = useT();
  const classNames: Record<string, string> = t.runs.classes;
  const link = (list: "runs" | "requests", filter: Record<string, string>) => listLink(list, filter, range, stats);
  const classes = stats.failures.map((row) => ({
    key: row.class,
    name: classNames[row.class] ?? row.class,
    n: row.runs,
    href: link("runs", { ...BAD, class: row.class }),
  }));
  const failing = stats.failing.map((row) => ({
    key: row.workflow.id,
    name: row.workflow.name ?? t.overview.neverActive,
    n: row.failed,
    href: link("runs", { ...BAD, workflow: row.workflow.id }),
  }));
  const refusals = stats.refusals.map((row) => ({
    key: row.reason,
    name: row.reason === "other" ? t.overview.reasonOther : <code>{row.reason}</code>,
    n: row.requests,
    href: link("requests", { verdict: "refused", ...(row.reason === "other" ? {} : { q: row.reason }) }),
  }));
  return (
    <div className="overview-lists">
      <Section title={t.overview.classes}>
        <Ranking rows={classes} none={t.overview.classesNone} />
      </Section>
      <Section title={t.overview.failing}>
        <Ranking rows={failing} none={t.overview.failingNone} />
      </Section>
      <Section title={t.overview.refusals}>
        <Ranking rows={refusals} none={t.overview.refusalsNone} />
      </Section>
      <Section title={t.overview.silent} lead={t.overview.silentLead}>
        <Silent stats={stats} />
      </Section>
    </div>
  );
}
