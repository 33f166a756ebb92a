// The list of workflows.
import { useCallback, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { Button, Empty, ErrorState, Select, Skeleton, Table, TextInput } from "~/ui";
import { useColumns } from "./columns";
import { CreateDialog } from "./CreateDialog";
import { useWorkflows, type Filter, type State, type Workflow } from "./data";
import { DeleteDialog } from "./DeleteDialog";
import { filterOf, isFiltered, NO_FILTER, queryOf, STATES } from "./filter";
import { Gallery, GalleryDialog } from "./Gallery";
import { ImportDialog } from "./ImportDialog";
import { SelectionBar } from "./SelectionBar";
import "./Workflows.css";

type Open = { kind: "create" } | { kind: "import" } | { kind: "examples" } | { kind: "delete"; ids: string[] } | null;

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
  const { rows } = list;
  const columns = useColumns({
    rows,
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
      {rows.length > 0 && (
        <Button icon="book" kind="quiet" onClick={() => setOpen({ kind: "examples" })}>
          {t.workflows.examples}
        </Button>
      )}
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
          actions={<Button onClick={() => setFilter(NO_FILTER)}>{t.workflows.clearFilters}</Button>}
        />
      );
    return (
      <>
        <Empty icon="workflow" title={t.workflows.emptyTitle} text={t.workflows.emptyText} />
        {canEdit && <Gallery />}
      </>
    );
  };
  return (
    <Page title={t.workflows.title} lead={list.data && t.workflows.count(rows.length)} actions={actions}>
      {(rows.length > 0 || isFiltered(filter)) && <Toolbar filter={filter} rows={rows} onChange={setFilter} />}
      {selected.size > 0 && (
        <SelectionBar
          ids={[...selected]}
          onClear={() => setSelected(new Set())}
          onDelete={() => setOpen({ kind: "delete", ids: [...selected] })}
        />
      )}
      {body()}
      {open?.kind === "create" && <CreateDialog onClose={() => setOpen(null)} />}
      {open?.kind === "examples" && <GalleryDialog onClose={() => setOpen(null)} />}
      {open?.kind === "import" && <ImportDialog onClose={() => setOpen(null)} />}
      {open?.kind === "delete" && (
        <DeleteDialog
          rows={rows.filter((row) => open.ids.includes(row.id))}
          onClose={() => setOpen(null)}
          onDone={() => setSelected(new Set())}
        />
      )}
    </Page>
  );
}

interface ToolbarProps {
  filter: Filter;
  rows: readonly Workflow[];
  onChange: (filter: Filter) => void;
}

function Toolbar({ filter, rows, onChange }: ToolbarProps) {
  const t = useT();
  const tags = [...new Set([...rows.flatMap((row) => row.tags), ...(filter.tag ? [filter.tag] : [])])].sort();
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
        options={[{ value: "", label: t.workflows.allStates }, ...STATES.map((state) => ({ value: state, label: t.common.status[state] }))]}
      />
      {tags.length > 0 && (
        <Select
          aria-label={t.workflows.filterTag}
          value={filter.tag}
          onChange={(tag) => onChange({ ...filter, tag })}
          options={[{ value: "", label: t.workflows.allTags }, ...tags.map((tag) => ({ value: tag, label: tag }))]}
        />
      )}
    </div>
  );
}
