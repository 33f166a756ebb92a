// Every request that came to a URL, refused ones included.
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { isNewer } from "~/lib/ids";
import { Button, Empty, ErrorState, isBeingRead, NewRows, Skeleton, Table } from "~/ui";
import { useColumns } from "./columns";
import { useRequests, type Request } from "./data";
import { filterOf, isFiltered, NO_FILTER, queryOf, type Filter } from "./filter";
import { Toolbar } from "./Toolbar";
import "./Requests.css";

const BulkDialog = lazy(() => import("./BulkDialog"));

function useFilter(): [Filter, (filter: Filter) => void] {
  const [, go] = useLocation();
  const filter = filterOf(new URLSearchParams(useSearch()));
  const set = (next: Filter) => {
    const query = queryOf(next);
    go(query ? `/requests?${query}` : "/requests", { replace: true });
  };
  return [filter, set];
}

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
  const [, go] = useLocation();
  const [filter, setFilter] = useFilter();
  const canEdit = useCan("editor");
  const [isBulkOpen, setBulkOpen] = useState(false);
  const list = useRequests(filter);
  const box = useRef<HTMLDivElement>(null);
  const held = useHeld(list.rows, filter, box);
  const showNewer = () => {
    held.show();
    box.current?.closest(".main")?.scrollTo({ top: 0 });
  };
  const columns = useColumns();
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isPartial } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPartial) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPartial, fetchNextPage]);
  const further = isPartial && hasNextPage && (
    <Button icon="search" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {t.requests.searchFurther}
    </Button>
  );

  const body = () => {
    if (list.isPending) return <Skeleton lines={10} />;
    if (list.isError && !list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    if (list.rows.length)
      return (
        <>
          <Table
            label={t.requests.title}
            columns={columns}
            rows={held.shown}
            rowKey={(row) => row.id}
            rowHeight={48}
            onOpen={(row) => go(`/requests/${row.id}`)}
            onEnd={more}
          />
          {further && <div className="requests-further">{further}</div>}
        </>
      );
    if (isFiltered(filter))
      return (
        <Empty
          icon="search"
          title={t.requests.noneFit}
          text={t.requests.noneFitText}
          actions={
            <>
              {further}
              <Button onClick={() => setFilter(NO_FILTER)}>{t.requests.clearFilters}</Button>
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
  };
  return (
    <Page title={t.requests.title} lead={list.total === null ? t.requests.lead : t.requests.count(list.total)}>
      <Toolbar
        filter={filter}
        onChange={setFilter}
        end={canEdit && <Button icon="layers" onClick={() => setBulkOpen(true)}>{t.requests.bulk.open}</Button>}
      />
      <NewRows text={held.waiting ? t.requests.newer(held.waiting) : null} onShow={showNewer} />
      <div ref={box}>{body()}</div>
      {isBulkOpen && (
        <Suspense fallback={null}>
          <BulkDialog filter={filter} onClose={() => setBulkOpen(false)} />
        </Suspense>
      )}
    </Page>
  );
}
