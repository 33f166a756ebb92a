// The columns of the list of runs.
import { Link } from "wouter";
import { useT } from "~/i18n";
import { duration } from "~/lib/time";
import { Badge, Icon, selectColumn, Status, Time, type Column } from "~/ui";
import type { Run } from "./data";

interface Options {
  rows: readonly Run[];
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  canSelect: boolean;
}

const TRIGGER_ICONS: Record<string, string> = {
  webhook: "webhook",
  service: "globe",
  schedule: "calendar-clock",
  event: "radio",
  manual: "hand",
};

/** What started a run. */
export function TriggerKind({ kind }: { kind: string }) {
  const names: Record<string, string> = useT().runs.triggers;
  return (
    <span className="runs-trigger">
      <Icon name={TRIGGER_ICONS[kind] ?? "zap"} />
      {names[kind] ?? kind}
    </span>
  );
}

/** What is out of the ordinary about a run. */
export function Flags({ run }: { run: Run }) {
  const t = useT().runs.flags;
  return (
    <>
      {run.paused && <Badge tone="warn">{t.paused}</Badge>}
      {run.test && <Badge tone="accent">{t.test}</Badge>}
      {run.draft && !run.test && <Badge tone="accent">{t.draft}</Badge>}
      {run.replay_of && <Badge>{run.edited ? t.edited : t.replay}</Badge>}
      {run.attempt > 1 && <Badge>{t.attempt(run.attempt)}</Badge>}
    </>
  );
}

function Name({ run }: { run: Run }) {
  const t = useT();
  return (
    <div className="runs-name">
      <span className="runs-name-line">
        <Link href={`/runs/${run.id}`}>{run.workflow.name ?? t.runs.noWorkflow}</Link>
        <Flags run={run} />
      </span>
      {run.error ? (
        <span className="runs-error" title={t.say(run.error.message)}>
          {run.error.node && <span className="mono">{run.error.node}</span>} {t.say(run.error.message || run.error.code)}
        </span>
      ) : (
        <span className="muted mono">{run.id}</span>
      )}
    </div>
  );
}

export function useColumns({ rows, selected, onSelect, canSelect }: Options): Column<Run>[] {
  const t = useT();
  const check = selectColumn({ rows, selected, onSelect, labelAll: t.runs.selectAll, labelOf: (row) => t.runs.select(row.id) });
  return [
    ...(canSelect ? [check] : []),
    { key: "status", width: "116px", title: t.runs.columns.status, render: (row) => <Status status={row.status} /> },
    { key: "name", width: "minmax(0, 1fr)", title: t.runs.columns.workflow, render: (row) => <Name run={row} /> },
    { key: "trigger", width: "120px", title: t.runs.columns.trigger, wideOnly: true, render: (row) => <TriggerKind kind={row.trigger} /> },
    {
      key: "duration",
      width: "96px",
      align: "end",
      title: t.runs.columns.duration,
      render: (row) => (row.duration_ms === null ? <span className="muted">–</span> : duration(row.duration_ms)),
    },
    { key: "queued", width: "108px", align: "end", title: t.runs.columns.queued, render: (row) => <Time at={row.queued_at} /> },
  ];
}
