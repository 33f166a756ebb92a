// Every request that came to a URL, refused ones included.
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { isNewer } from "~/lib/ids";
import { useMore } from "~/lib/useMore";
import { useUrlFilter } from "~/lib/useUrlFilter";
import { Button, Empty, ErrorState, isBeingRead, NewRows, scrollToTop, Skeleton, Table } from "~/ui";
import { useColumns } from "./columns";
import { useRequests, type Request } from "./data";
import { filterOf, isFiltered, NO_FILTER, queryOf, type Filter } from "./filter";
import { Toolbar } from "./Toolbar";
import "./Requests.css";

const BulkDialog = lazy(() => import("./BulkDialog"));

/** Rows that came while the list was read wait until they are asked for. */
function useHeld(rows: readonly Request[], filter: Filter, box: { current: HTMLElement | null }) {
  const [top, setTop] = useState<string | null>(null);
  const newest = rows[0]?.id ?? null;
  const name = queryOf(filter);
  useEffect(() => setTop(null), [name]);
  useEffect(() => {
    if (!isBeingRead(box.current)) setTop(newest);
  }, [newest, box, name]);
  const shown = top === null ? rows : rows.filter(({ id }) => !isNewer(id, top));
  return { shown, waiting: rows.length - shown.length, show: () => setTop(newest) };
}

export default function Requests() {
  const t = useT();
  const canEdit = useCan("editor");
  const [filter, setFilter] = useUrlFilter("/requests", filterOf, queryOf);
  const [isBulkOpen, setBulkOpen] = useState(false);
  const list = useRequests(filter);
  const box = useRef<HTMLDivElement>(null);
  const held = useHeld(list.rows, filter, box);
  const showNewer = () => {
    held.show();
    scrollToTop(box.current);
  };
  return (
    <Page title={t.requests.title} lead={list.total === null ? t.requests.lead : t.requests.count(list.total)}>
      <Toolbar
        filter={filter}
        onChange={setFilter}
        end={canEdit && <Button icon="layers" onClick={() => setBulkOpen(true)}>{t.requests.bulk.open}</Button>}
      />
      <NewRows text={held.waiting ? t.requests.newer(held.waiting) : null} onShow={showNewer} />
      <div ref={box}>
        <Body list={list} shown={held.shown} isFiltered={isFiltered(filter)} onClear={() => setFilter(NO_FILTER)} />
      </div>
      {isBulkOpen && (
        <Suspense fallback={null}>
          <BulkDialog filter={filter} onClose={() => setBulkOpen(false)} />
        </Suspense>
      )}
    </Page>
  );
}

type List = ReturnType<typeof useRequests>;

interface BodyProps {
  list: List;
  shown: readonly Request[];
  isFiltered: boolean;
  onClear: () => void;
}

/** The rows, or why there are none. */
function Body({ list, shown, isFiltered, onClear }: BodyProps) {
  const t = useT();
  const [, go] = useLocation();
  if (list.isPending) return <Skeleton lines={10} />;
  if (list.isError && !list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.rows.length) return <Rows list={list} shown={shown} />;
  if (isFiltered)
    return (
      <Empty
        icon="search"
        title={t.requests.noneFit}
        text={t.requests.noneFitText}
        actions={
          <>
            {hasStopped(list) && <Further list={list} />}
            <Button onClick={onClear}>{t.requests.clearFilters}</Button>
          </>
        }
      />
    );
  return (
    <Empty
      icon="inbox"
      title={t.requests.emptyTitle}
      text={t.requests.emptyText}
      actions={<Button onClick={() => go("/workflows")}>{t.requests.emptyAction}</Button>}
    />
  );
}

function Rows({ list, shown }: { list: List; shown: readonly Request[] }) {
  const t = useT();
  const [, go] = useLocation();
  const columns = useColumns();
  const more = useMore(list);
  return (
    <>
      <Table
        label={t.requests.title}
        columns={columns}
        rows={shown}
        rowKey={(row) => row.id}
        rowHeight={48}
        onOpen={(row) => go(`/requests/${row.id}`)}
        onEnd={more}
      />
      {hasStopped(list) && (
        <div className="requests-further">
          <Further list={list} />
        </div>
      )}
    </>
  );
}

/** A search looks through so many requests; then it is asked whether it goes on. */
const hasStopped = (list: List): boolean => list.isPartial && list.hasNextPage;

function Further({ list }: { list: List }) {
  const t = useT();
  return (
    <Button icon="search" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t.requests.searchFurther}
    </Button>
  );
}
