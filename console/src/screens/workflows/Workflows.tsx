// The list of workflows.
import { useState } from "react";
import { useLocation } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { useMore } from "~/lib/useMore";
import { useUrlFilter } from "~/lib/useUrlFilter";
import { Button, Empty, ErrorState, Skeleton, Table, type Column } from "~/ui";
import { useColumns } from "./columns";
import { CreateDialog } from "./CreateDialog";
import { useWorkflows, type Workflow } from "./data";
import { DeleteDialog } from "./DeleteDialog";
import { filterOf, isFiltered, NO_FILTER, queryOf } from "./filter";
import { Gallery, GalleryDialog } from "./Gallery";
import { ImportDialog } from "./ImportDialog";
import { SelectionBar } from "./SelectionBar";
import { Toolbar } from "./Toolbar";
import "./Workflows.css";

type Open = { kind: "create" } | { kind: "import" } | { kind: "examples" } | { kind: "delete"; ids: string[] } | null;

export default function Workflows() {
  const t = useT();
  const [filter, setFilter] = useUrlFilter("/workflows", filterOf, queryOf);
  const [open, setOpen] = useState<Open>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const list = useWorkflows(filter);
  const { rows } = list;
  const columns = useColumns({ rows, selected, onSelect: setSelected, onDelete: (id) => setOpen({ kind: "delete", ids: [id] }) });
  const clear = () => setSelected(new Set());
  return (
    <Page
      title={t.workflows.title}
      lead={list.data && t.workflows.count(rows.length)}
      actions={<Actions hasRows={rows.length > 0} onOpen={setOpen} />}
    >
      {(rows.length > 0 || isFiltered(filter)) && <Toolbar filter={filter} rows={rows} onChange={setFilter} />}
      {selected.size > 0 && (
        <SelectionBar ids={[...selected]} onClear={clear} onDelete={() => setOpen({ kind: "delete", ids: [...selected] })} />
      )}
      <Body list={list} columns={columns} isFiltered={isFiltered(filter)} onClear={() => setFilter(NO_FILTER)} />
      {open && <Opened open={open} rows={rows} onClose={() => setOpen(null)} onDeleted={clear} />}
    </Page>
  );
}

function Actions({ hasRows, onOpen }: { hasRows: boolean; onOpen: (open: Open) => void }) {
  const t = useT();
  if (!useCan("editor")) return null;
  return (
    <>
      {hasRows && (
        <Button icon="book" kind="quiet" onClick={() => onOpen({ kind: "examples" })}>
          {t.workflows.examples}
        </Button>
      )}
      <Button icon="upload" onClick={() => onOpen({ kind: "import" })}>
        {t.workflows.import}
      </Button>
      <Button kind="primary" icon="plus" onClick={() => onOpen({ kind: "create" })}>
        {t.workflows.create}
      </Button>
    </>
  );
}

interface OpenedProps {
  open: NonNullable<Open>;
  rows: readonly Workflow[];
  onClose: () => void;
  onDeleted: () => void;
}

/** The dialog that is open. */
function Opened({ open, rows, onClose, onDeleted }: OpenedProps) {
  switch (open.kind) {
    case "create":
      return <CreateDialog onClose={onClose} />;
    case "examples":
      return <GalleryDialog onClose={onClose} />;
    case "import":
      return <ImportDialog onClose={onClose} />;
    case "delete":
      return <DeleteDialog rows={rows.filter((row) => open.ids.includes(row.id))} onClose={onClose} onDone={onDeleted} />;
  }
}

interface BodyProps {
  list: ReturnType<typeof useWorkflows>;
  columns: readonly Column<Workflow>[];
  isFiltered: boolean;
  onClear: () => void;
}

/** The rows, or why there are none. */
function Body({ list, columns, isFiltered, onClear }: BodyProps) {
  const t = useT();
  const canEdit = useCan("editor");
  const [, go] = useLocation();
  const more = useMore(list);
  if (list.isPending) return <Skeleton lines={8} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (list.rows.length)
    return (
      <Table
        label={t.workflows.title}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        rowHeight={56}
        onOpen={(row) => go(`/workflows/${row.id}`)}
        onEnd={more}
      />
    );
  if (isFiltered)
    return (
      <Empty
        icon="search"
        title={t.workflows.noneFit}
        text={t.workflows.noneFitText}
        actions={<Button onClick={onClear}>{t.workflows.clearFilters}</Button>}
      />
    );
  return (
    <>
      <Empty icon="workflow" title={t.workflows.emptyTitle} text={t.workflows.emptyText} />
      {canEdit && <Gallery />}
    </>
  );
}
