// Filters, rows, and what can be done to those that are chosen.
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { useShortcut } from "~/app/shortcuts";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { useMore } from "~/lib/useMore";
import { Button, Empty, ErrorState, isBeingRead, NewRows, scrollToTop, Skeleton, Table } from "~/ui";
import { BulkByFilter } from "../bulk/BulkByFilter";
import { SelectionBar } from "../bulk/SelectionBar";
import { useColumns } from "./columns";
import { useRuns, type Run } from "./data";
import { Classes } from "./Classes";
import { isFiltered, NO_FILTER, type RunFilter } from "./filter";
import { Toolbar } from "./Toolbar";

interface Props {
  filter: RunFilter;
  onFilter: (filter: RunFilter) => void;
}

/** j and k go from row to row, wherever the focus was. */
function useRowKeys(box: { current: HTMLElement | null }): void {
  const t = useT();
  const move = (step: 1 | -1) => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>(".ui-row") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[at < 0 ? 0 : at + step]?.focus();
  };
  const group = t.runs.title;
  useShortcut({ keys: "j", label: t.runs.keys.next, group }, () => move(1));
  useShortcut({ keys: "k", label: t.runs.keys.previous, group }, () => move(-1));
}

export function RunList({ filter, onFilter }: Props) {
  const t = useT();
  const canEdit = useCan("editor");
  const [, go] = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isBulkOpen, setBulkOpen] = useState(false);
  // New rows come in by themselves while the reader looks at the top and touches nothing.
  const isReading = () => selected.size > 0 || isBeingRead(box.current);
  const list = useRuns(filter, isReading);
  const columns = useColumns({ rows: list.rows, selected, onSelect: setSelected, canSelect: canEdit });
  const more = useMore(list);
  useRowKeys(box);
  const showFresh = () => {
    list.showFresh();
    scrollToTop(box.current);
  };
  useShortcut({ keys: ".", label: t.runs.keys.showNew, group: t.runs.title }, showFresh);

  return (
    <div ref={box} className="runs">
      <Toolbar
        filter={filter}
        onChange={onFilter}
        isListed={!list.isPending}
        end={canEdit && <Button icon="layers" onClick={() => setBulkOpen(true)}>{t.runs.bulk.open}</Button>}
      />
      {filter.view === "failures" && <Classes filter={filter} onChange={onFilter} />}
      {selected.size > 0 && (
        <SelectionBar
          rows={list.rows.filter((row) => selected.has(row.id))}
          onClear={() => setSelected(new Set())}
          onDone={list.refresh}
        />
      )}
      <NewRows
        text={list.fresh.runs.length ? t.runs.newRuns(list.fresh.runs.length, list.fresh.isCut) : null}
        onShow={showFresh}
      />
      <Body list={list} filter={filter} onFilter={onFilter}>
        <Table<Run>
          label={t.runs.title}
          columns={columns}
          rows={list.rows}
          rowKey={(row) => row.id}
          rowHeight={52}
          onOpen={(row) => go(`/runs/${row.id}`)}
          onEnd={more}
        />
        <p className="runs-end muted">{list.hasNextPage ? (list.isFetchingNextPage ? t.common.loading : " ") : t.runs.end(list.rows.length)}</p>
      </Body>
      {isBulkOpen && <BulkByFilter filter={filter} onClose={() => setBulkOpen(false)} />}
    </div>
  );
}

interface BodyProps extends Props {
  list: ReturnType<typeof useRuns>;
  children: React.ReactNode;
}

function Body({ list, filter, onFilter, children }: BodyProps) {
  const t = useT();
  if (list.isPending) return <Skeleton lines={8} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.rows.length) return children;
  if (list.hasNextPage)
    return (
      <Empty
        icon="search"
        title={t.runs.lookOn}
        text={t.runs.lookOnText}
        actions={
          <Button icon="search" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.runs.lookOnAction}
          </Button>
        }
      />
    );
  if (isFiltered(filter))
    return (
      <Empty
        icon="search"
        title={t.runs.noneFit}
        text={t.runs.noneFitText}
        actions={<Button onClick={() => onFilter({ ...NO_FILTER, view: filter.view })}>{t.runs.clearFilters}</Button>}
      />
    );
  if (filter.view === "failures") return <Empty icon="check" title={t.runs.noFailures} text={t.runs.noFailuresText} />;
  return <Empty icon="activity" title={t.runs.empty} text={t.runs.emptyText} />;
}
