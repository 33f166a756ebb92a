// The columns of the list, and what one can do to a row.
import { Link } from "wouter";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Badge, selectColumn, Spark, Status, Time, type Column } from "~/ui";
import type { Workflow } from "./data";
import { RowMenu } from "./RowMenu";
import { Trigger } from "./Trigger";

interface Options {
  rows: readonly Workflow[];
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  onDelete: (id: string) => void;
}

function Name({ row }: { row: Workflow }) {
  return (
    <div className="workflows-name">
      <span className="workflows-title">
        <Link href={`/workflows/${row.id}`}>{row.name}</Link>
        {row.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </span>
      {row.description && <span className="muted">{row.description}</span>}
    </div>
  );
}

function Runs({ row }: { row: Workflow }) {
  const t = useT();
  const bars = row.recent_runs.toReversed();
  if (!bars.length) return <span className="muted">{t.workflows.noRuns}</span>;
  const failed = bars.filter((bar) => bar.status === "failed" || bar.status === "timed_out").length;
  return <Spark bars={bars} label={t.workflows.sparkLabel(bars.length, failed)} />;
}

function Failures({ row }: { row: Workflow }) {
  const { failed } = row.last_24h;
  return failed ? <Badge tone="danger">{failed}</Badge> : <span className="muted">0</span>;
}

/** A workflow that was never published is a draft. */
function State({ row }: { row: Workflow }) {
  return <Status status={row.latest_revision === null ? "draft" : row.status} />;
}

export function useColumns({ rows, selected, onSelect, onDelete }: Options): Column<Workflow>[] {
  const t = useT();
  const canEdit = useCan("editor");
  const check = selectColumn({
    rows,
    selected,
    onSelect,
    labelAll: t.workflows.selectAll,
    labelOf: (row) => t.workflows.select(row.name),
  });
  const menu: Column<Workflow> = {
    key: "menu",
    width: "34px",
    title: <span className="visually-hidden">{t.common.actions}</span>,
    render: (row) => <RowMenu row={row} onDelete={() => onDelete(row.id)} />,
  };
  return [
    ...(canEdit ? [check] : []),
    { key: "name", width: "minmax(120px, 3fr)", title: t.workflows.columns.name, render: (row) => <Name row={row} /> },
    { key: "status", width: "110px", title: t.workflows.columns.status, render: (row) => <State row={row} /> },
    {
      key: "trigger",
      width: "minmax(0, 130px)",
      title: t.workflows.columns.trigger,
      wideOnly: true,
      render: (row) => <Trigger type={row.trigger} />,
    },
    { key: "runs", width: "160px", title: t.workflows.columns.runs, wideOnly: true, render: (row) => <Runs row={row} /> },
    {
      key: "failures",
      width: "90px",
      title: t.workflows.columns.failures,
      wideOnly: true,
      align: "end",
      render: (row) => <Failures row={row} />,
    },
    {
      key: "lastRun",
      width: "110px",
      title: t.workflows.columns.lastRun,
      align: "end",
      wideOnly: true,
      render: (row) => (row.last_run_at ? <Time at={row.last_run_at} /> : <span className="muted">{t.common.never}</span>),
    },
    menu,
  ];
}
