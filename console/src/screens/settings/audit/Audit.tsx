// The audit log: who did what, searched, one entry by itself, and the chain checked.
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useT } from "~/i18n";
import { useMore } from "~/lib/useMore";
import { Badge, Button, Empty, ErrorState, Section, Skeleton, Table, Time, type Column } from "~/ui";
import { ChainDialog } from "./ChainDialog";
import { useAudit } from "./data";
import { actionName, actorName, objectName, resultName, resultTone, type Entry } from "./entry";
import { EntryDialog } from "./EntryDialog";
import { filterOf, isFiltered, NO_FILTER, queryOf, type Filter } from "./filter";
import { Toolbar } from "./Toolbar";

/** Filter and open entry stand in the URL. */
function usePlace() {
  const [path, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const filter = filterOf(query);
  const show = (next: Filter, seq: string | null) => {
    const text = [queryOf(next), seq && `entry=${seq}`].filter(Boolean).join("&");
    go(text ? `${path}?${text}` : path, { replace: true });
  };
  return { filter, seq: /^[1-9]\d{0,17}$/.exec(query.get("entry") ?? "")?.[0] ?? null, show };
}

function useColumns(): Column<Entry>[] {
  const t = useT();
  const s = t.settings.audit;
  return [
    { key: "actor", title: s.actor, width: "minmax(0, 1.2fr)", render: (row) => <strong className="audit-actor">{actorName(row.actor, t)}</strong> },
    { key: "action", title: s.action, width: "minmax(0, 1.6fr)", render: (row) => <span title={row.action}>{actionName(row.action, t)}</span> },
    { key: "object", title: s.object, width: "minmax(0, 1.6fr)", render: (row) => objectName(row) || <span className="muted">–</span> },
    { key: "address", title: s.address, width: "120px", wideOnly: true, render: (row) => <span className="mono muted">{row.address}</span> },
    {
      key: "result",
      title: s.result,
      width: "minmax(92px, 0.7fr)",
      render: (row) => <Badge tone={resultTone(row.result)}>{resultName(row.result, t)}</Badge>,
    },
    { key: "at", title: s.when, width: "100px", align: "end", render: (row) => <Time at={row.at} /> },
  ];
}

export function Audit() {
  const t = useT();
  const s = t.settings.audit;
  const { filter, seq, show } = usePlace();
  const [isChecking, setChecking] = useState(false);
  const columns = useColumns();
  const list = useAudit(filter);
  const more = useMore(list);
  const further = list.isPartial && list.hasNextPage && (
    <Button icon="search" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {s.further}
    </Button>
  );
  return (
    <Section
      title={t.settings.parts.audit}
      lead={list.total === null ? s.lead : s.count(list.total)}
      actions={
        <Button icon="shield" onClick={() => setChecking(true)}>
          {s.chain}
        </Button>
      }
    >
      <Toolbar filter={filter} onChange={(next) => show(next, null)} />
      {list.isPending && <Skeleton lines={8} />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && list.rows.length === 0 && (
        <Empty
          icon="search"
          title={s.noneFit}
          text={s.noneFitText}
          actions={
            <>
              {further}
              {isFiltered(filter) && <Button onClick={() => show(NO_FILTER, null)}>{s.clearFilters}</Button>}
            </>
          }
        />
      )}
      {list.rows.length > 0 && (
        <>
          <Table
            label={t.settings.parts.audit}
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.seq}
            rowHeight={40}
            onOpen={(row) => show(filter, row.seq)}
            onEnd={more}
          />
          {further && <div className="settings-further">{further}</div>}
        </>
      )}
      {seq && <EntryDialog seq={seq} onClose={() => show(filter, null)} />}
      {isChecking && <ChainDialog onClose={() => setChecking(false)} onOpen={(broken) => show(NO_FILTER, broken)} />}
    </Section>
  );
}
