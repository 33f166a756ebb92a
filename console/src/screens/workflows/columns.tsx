// The columns of the list, and what one can do to a row.
import { Link } from "wouter";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Checkbox, Icon, Status, Time, type Column } from "~/ui";
import { RowMenu } from "./RowMenu";
import type { Workflow } from "./data";

interface Options {
  rows: readonly Workflow[];
  names: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  onDelete: (id: string) => void;
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

const TRIGGER_ICONS: Record<string, string> = {
  webhook: "webhook",
  http_request: "globe",
  schedule: "calendar-clock",
  event: "radio",
  manual: "hand",
};

export function Trigger({ type }: { type: string | null }) {
  const t = useT();
  if (!type) return <span className="muted">{t.workflows.noTrigger}</span>;
  const names: Record<string, string> = t.common.triggers;
  return (
    <span className="workflows-trigger">
      <Icon name={TRIGGER_ICONS[type] ?? "zap"} />
      {names[type] ?? type}
    </span>
  );
}

function Name({ row }: { row: Workflow }) {
  return (
    <div className="workflows-name">
      <Link href={`/workflows/${row.id}`}>{row.name}</Link>
      {row.description && <span className="muted">{row.description}</span>}
    </div>
  );
}

export function useColumns({ rows, names, selected, onSelect, onDelete }: Options): Column<Workflow>[] {
  const t = useT();
  const canEdit = useCan("editor");
  const all = rows.length > 0 && rows.every((row) => selected.has(row.id));
  const check: Column<Workflow> = {
    key: "check",
    width: "20px",
    title: (
      <Checkbox
        hideLabel
        label={t.workflows.selectAll}
        checked={all}
        indeterminate={!all && selected.size > 0}
        onChange={(isOn) => onSelect(new Set(isOn ? rows.map((row) => row.id) : []))}
      />
    ),
    render: (row) => (
      <Checkbox
        hideLabel
        label={t.workflows.select(row.name)}
        checked={selected.has(row.id)}
        onChange={() => onSelect(toggled(selected, row.id))}
      />
    ),
  };
  const menu: Column<Workflow> = {
    key: "menu",
    width: "34px",
    title: <span className="visually-hidden">{t.common.actions}</span>,
    render: (row) => <RowMenu row={row} names={names} onDelete={() => onDelete(row.id)} />,
  };
  return [
    ...(canEdit ? [check] : []),
    { key: "name", width: "minmax(0, 3fr)", title: t.workflows.columns.name, render: (row) => <Name row={row} /> },
    { key: "status", width: "110px", title: t.workflows.columns.status, render: (row) => <Status status={row.status} /> },
    {
      key: "trigger",
      width: "minmax(0, 130px)",
      title: t.workflows.columns.trigger,
      render: (row) => <Trigger type={row.trigger} />,
    },
    {
      key: "updated",
      width: "110px",
      title: t.workflows.columns.updated,
      align: "end",
      render: (row) => <Time at={row.updated_at} />,
    },
    menu,
  ];
}
