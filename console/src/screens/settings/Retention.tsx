// What is kept, for how long, and how much of it there is.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { Duration, Empty, ErrorState, Facts, Section, Skeleton, Table, Time, type Column } from "~/ui";

type Row = Schemas["WorkflowRetention"];
const PAGE = 200;

export function Retention() {
  return (
    <div className="settings-parts">
      <OfAll />
      <OfEach />
    </div>
  );
}

function OfAll() {
  const t = useT();
  const s = t.settings.retention;
  const system = useQuery({ queryKey: keys.system, queryFn: ({ signal }) => call("get", "/api/v1/system", { signal }) });
  return (
    <Section title={s.all} lead={s.allLead}>
      {system.isPending && <Skeleton lines={4} />}
      {system.isError && <ErrorState error={system.error} onRetry={() => void system.refetch()} />}
      {system.data && <Limits system={system.data} />}
    </Section>
  );
}

function Limits({ system }: { system: Schemas["System"] }) {
  const t = useT();
  const s = t.settings.retention;
  const { retention, limits, disk } = system;
  return (
    <Facts
      facts={[
        [s.age, retention.age_ms === null ? s.forever : <Duration ms={retention.age_ms} />],
        [s.size, retention.bytes === null ? s.noLimit : bytes(retention.bytes)],
        [s.now, `${bytes(disk.database_bytes)} · ${s.free(bytes(disk.database_free_bytes))}`],
        [s.quarantine, <Duration ms={limits.quarantine_age_ms} />],
        [s.quarantineSize, bytes(limits.quarantine_bytes)],
      ]}
    />
  );
}

function useColumns(): Column<Row>[] {
  const t = useT();
  const s = t.settings.retention;
  const none = <span className="muted">–</span>;
  const count = (n: number) => n.toLocaleString();
  return [
    { key: "name", title: s.workflow, width: "minmax(0, 2fr)", render: (row) => <Link href={`/workflows/${row.workflow_id}`}>{row.name}</Link> },
    { key: "age", title: s.ownAge, width: "90px", render: (row) => (row.age_ms === null ? none : <Duration ms={row.age_ms} />) },
    { key: "bytes", title: s.ownSize, width: "90px", render: (row) => (row.bytes === null ? none : bytes(row.bytes)) },
    { key: "runs", title: s.runs, width: "90px", align: "end", render: (row) => count(row.runs) },
    { key: "requests", title: s.requests, width: "90px", align: "end", render: (row) => count(row.requests) },
    { key: "oldest", title: s.oldest, width: "120px", align: "end", render: (row) => (row.oldest_at ? <Time at={row.oldest_at} /> : none) },
  ];
}

function OfEach() {
  const t = useT();
  const s = t.settings.retention;
  const columns = useColumns();
  const kept = useInfiniteQuery({
    queryKey: [...keys.system, "kept"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => call("get", "/api/v1/retention", { query: { limit: PAGE, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = kept.data?.pages.flatMap((page) => page.items) ?? [];
  const more = () => {
    if (kept.hasNextPage && !kept.isFetchingNextPage) void kept.fetchNextPage();
  };
  return (
    <Section title={s.each} lead={s.eachLead}>
      {kept.isPending && <Skeleton lines={4} />}
      {kept.isError && <ErrorState error={kept.error} onRetry={() => void kept.refetch()} />}
      {kept.data && rows.length === 0 && <Empty icon="database" title={s.empty} text={s.emptyText} />}
      {rows.length > 0 && <Table label={s.each} columns={columns} rows={rows} rowKey={(row) => row.workflow_id} onEnd={more} />}
    </Section>
  );
}
