// The columns of the list.
import { Link } from "wouter";
import { useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { reasonText } from "~/lib/reason";
import { Badge, MaskedText, Status, Time, type Column } from "~/ui";
import type { Request } from "./data";

function What({ row }: { row: Request }) {
  const t = useT();
  return (
    <div className="requests-what">
      <Link href={`/requests/${row.id}`} className="mono">
        {row.method} <MaskedText text={row.target} />
      </Link>
      <span className="muted">{row.workflow.name ?? t.requests.deletedWorkflow}</span>
    </div>
  );
}

function Verdict({ row }: { row: Request }) {
  const t = useT();
  const why = row.reason ? t.say(reasonText(row.reason)) : row.duplicate_of ? t.requests.ofRequest(row.duplicate_of) : "";
  return (
    <div className="requests-what">
      <Status status={row.verdict} />
      <span className="muted requests-under" title={why}>
        {why}
      </span>
    </div>
  );
}

export function useColumns(): Column<Request>[] {
  const t = useT();
  return [
    { key: "verdict", width: "190px", title: t.requests.columns.verdict, render: (row) => <Verdict row={row} /> },
    { key: "what", width: "minmax(0, 3fr)", title: t.requests.columns.request, render: (row) => <What row={row} /> },
    {
      key: "flags",
      width: "minmax(0, 130px)",
      title: "",
      wideOnly: true,
      render: (row) => (row.quarantined ? <Badge tone="warn">{t.requests.flags.quarantined}</Badge> : null),
    },
    { key: "status", width: "64px", title: t.requests.columns.answer, render: (row) => <span className="mono">{row.status}</span> },
    { key: "ip", width: "minmax(0, 130px)", title: t.requests.columns.ip, render: (row) => <span className="mono">{row.ip}</span> },
    { key: "size", width: "76px", align: "end", title: t.requests.columns.size, render: (row) => bytes(row.body_bytes) },
    { key: "time", width: "104px", align: "end", title: t.requests.columns.received, render: (row) => <Time at={row.received_at} /> },
  ];
}
