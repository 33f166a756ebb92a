// The list of workflows.
import { useCallback, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { Button, Empty, ErrorState, Select, Skeleton, Table, TextInput } from "~/ui";
import { useColumns } from "./columns";
import { CreateDialog } from "./CreateDialog";
import { useWorkflows, type Filter, type State } from "./data";
import { DeleteDialog } from "./DeleteDialog";
import { filterOf, fits, isFiltered, queryOf } from "./filter";
import { ImportDialog } from "./ImportDialog";
import { SelectionBar } from "./SelectionBar";
import "./Workflows.css";

type Open = { kind: "create" } | { kind: "import" } | { kind: "delete"; ids: string[] } | null;

function useFilter(): [Filter, (filter: Filter) => void] {
  const [, go] = useLocation();
  const filter = filterOf(new URLSearchParams(useSearch()));
  const set = (next: Filter) => {
    const query = queryOf(next);
    go(query ? `/workflows?${query}` : "/workflows", { replace: true });
  };
  return [filter, set];
}

export default function Workflows() {
  const t = useT();
  const canEdit = useCan("editor");
  const [, go] = useLocation();
  const [filter, setFilter] = useFilter();
  const [open, setOpen] = useState<Open>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const list = useWorkflows(filter);
  const rows = list.rows.filter((row) => fits(row, filter));
  const names = new Set(list.rows.map((row) => row.name));
  const columns = useColumns({
    rows,
    names,
    selected,
    onSelect: setSelected,
    onDelete: (id) => setOpen({ kind: "delete", ids: [id] }),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const actions = canEdit && (
    <>
      <Button icon="upload" onClick={() => setOpen({ kind: "import" })}>
        {t.workflows.import}
      </Button>
      <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: "create" })}>
        {t.workflows.create}
      </Button>
    </>
  );
  const body = () => {
    if (list.isPending) return <Skeleton lines={8} />;
    if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    if (rows.length)
      return (
        <Table
          label={t.workflows.title}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={56}
          onOpen={(row) => go(`/workflows/${row.id}`)}
          onEnd={more}
        />
      );
    if (isFiltered(filter))
      return (
        <Empty
          icon="search"
          title={t.workflows.noneFit}
          text={t.workflows.noneFitText}
          actions={<Button onClick={() => setFilter({ search: "", status: "" })}>{t.workflows.clearFilters}</Button>}
        />
      );
    return <Empty icon="workflow" title={t.workflows.emptyTitle} text={t.workflows.emptyText} actions={actions} />;
  };
  return (
    <Page title={t.workflows.title} lead={list.data && t.workflows.count(rows.length)} actions={actions}>
      <Toolbar filter={filter} onChange={setFilter} />
      {selected.size > 0 && (
        <SelectionBar
          ids={[...selected]}
          onClear={() => setSelected(new Set())}
          onDelete={() => setOpen({ kind: "delete", ids: [...selected] })}
        />
      )}
      {body()}
      {open?.kind === "create" && <CreateDialog onClose={() => setOpen(null)} />}
      {open?.kind === "import" && <ImportDialog names={names} onClose={() => setOpen(null)} />}
      {open?.kind === "delete" && (
        <DeleteDialog
          rows={list.rows.filter((row) => open.ids.includes(row.id))}
          onClose={() => setOpen(null)}
          onDone={() => setSelected(new Set())}
        />
      )}
    </Page>
  );
}

function Toolbar({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const t = useT();
  const states: State[] = ["active", "paused", "inactive"];
  return (
    <div className="toolbar" role="search">
      <TextInput
        type="search"
        icon="search"
        aria-label={t.workflows.searchLabel}
        placeholder={t.workflows.searchPlaceholder}
        value={filter.search}
        onChange={(event) => onChange({ ...filter, search: event.target.value })}
      />
      <Select
        aria-label={t.workflows.filterStatus}
        value={filter.status}
        onChange={(status) => onChange({ ...filter, status: status as State | "" })}
        options={[{ value: "", label: t.workflows.allStates }, ...states.map((state) => ({ value: state, label: t.common.status[state] }))]}
      />
    </div>
  );
}
