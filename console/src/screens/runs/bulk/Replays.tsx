// What was, or is being, done to many runs at once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { useCan } from "~/api/session";
import { makeStale } from "~/api/stale";
import { useT } from "~/i18n";
import { Button, Empty, ErrorState, errorText, Skeleton, Status, Table, Time, toast, type Column } from "~/ui";
import { Bar } from "./Progress";

type Replay = Schemas["Replay"];
const POLL_MS = 1000;

function useReplays(workflow: string) {
  return useQuery({
    queryKey: ["replays", workflow],
    queryFn: ({ signal }) => call("get", "/api/v1/replays", { query: { workflow: workflow || undefined, limit: 100 }, signal }),
    // The stream does not tell how far they come.
    refetchInterval: (query) => query.state.data?.items.some((replay) => replay.status === "running") && POLL_MS,
    refetchOnMount: "always",
  });
}

/** Which runs it takes, in words. */
function useWhat(): (replay: Replay) => string {
  const t = useT();
  return (replay) =>
    [
      replay.workflow ? (replay.workflow.name ?? replay.workflow.id) : t.runs.filters.anyWorkflow,
      replay.verdict,
      replay.class && (t.runs.classes as Record<string, string>)[replay.class],
      replay.code,
      replay.event,
      replay.draft && t.runs.replay.targets.draft,
      replay.revision !== null && t.runs.revision(replay.revision),
    ]
      .filter(Boolean)
      .join(" · ");
}

export function Replays({ workflow }: { workflow: string }) {
  const t = useT();
  const canEdit = useCan("editor");
  const queries = useQueryClient();
  const what = useWhat();
  const list = useReplays(workflow);
  const stop = useMutation({
    mutationFn: (replay: string) => call("post", "/api/v1/replays/{replay}/stop", { path: { replay } }),
    onSettled: () => makeStale(queries, ["replays"]),
    onError: (error) => toast.error(errorText(error, t)),
  });
  const columns: Column<Replay>[] = [
    {
      key: "status",
      width: "110px",
      title: t.runs.columns.status,
      render: (row) => <Status status={row.status ?? ""} label={row.status ? t.runs.bulk.replayStates[row.status] : undefined} />,
    },
    {
      key: "what",
      width: "minmax(0, 1fr)",
      title: t.runs.bulk.columns.what,
      render: (row) => (
        <div className="runs-name">
          <strong>{t.runs.deeds[row.mode]}</strong>
          <span className="muted">{what(row)}</span>
        </div>
      ),
    },
    {
      key: "progress",
      width: "220px",
      title: t.runs.bulk.columns.progress,
      render: (row) => (
        <div className="replay-progress">
          <Bar done={row.done + row.skipped} total={row.matched} label={t.runs.bulk.progress} />
          <span>{t.runs.bulk.doneOf(row.done, row.matched, row.skipped)}</span>
        </div>
      ),
    },
    { key: "at", width: "110px", align: "end", title: t.runs.bulk.columns.begun, render: (row) => <Time at={row.created_at} /> },
    {
      key: "stop",
      width: "84px",
      align: "end",
      title: <span className="visually-hidden">{t.common.actions}</span>,
      render: (row) =>
        canEdit &&
        row.status === "running" && (
          <Button size="s" icon="stop" onClick={() => row.id && stop.mutate(row.id)}>
            {t.runs.bulk.stop}
          </Button>
        ),
    },
  ];
  if (list.isPending) return <Skeleton lines={5} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data.items.length) return <Empty icon="layers" title={t.runs.bulk.none} text={t.runs.bulk.noneText} />;
  return <Table label={t.runs.viewNames.replays} columns={columns} rows={list.data.items} rowKey={(row) => row.id ?? ""} rowHeight={56} />;
}
