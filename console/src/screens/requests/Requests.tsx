// Every request that came to a URL, refused ones included.
import { useCallback } from "react";
import { useLocation, useSearch } from "wouter";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { Button, Empty, ErrorState, Skeleton, Table } from "~/ui";
import { useColumns } from "./columns";
import { useRequests } from "./data";
import { filterOf, isFiltered, NO_FILTER, queryOf, type Filter } from "./filter";
import { Toolbar } from "./Toolbar";
import "./Requests.css";

function useFilter(): [Filter, (filter: Filter) => void] {
  const [, go] = useLocation();
  const filter = filterOf(new URLSearchParams(useSearch()));
  const set = (next: Filter) => {
    const query = queryOf(next);
    go(query ? `/requests?${query}` : "/requests", { replace: true });
  };
  return [filter, set];
}

export default function Requests() {
  const t = useT();
  const [, go] = useLocation();
  const [filter, setFilter] = useFilter();
  const list = useRequests(filter);
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
            rows={list.rows}
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
      <Toolbar filter={filter} onChange={setFilter} />
      {body()}
    </Page>
  );
}
