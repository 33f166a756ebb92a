// Of which run, or with which kept event, the data is.
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useLanguage, useT } from "~/i18n";
import { exactTime } from "~/lib/time";
import { Select, useStatusName } from "~/ui";
import { useKeptEvents } from "../data";

export interface DataChoice {
  workflowId: string;
  /** Null: the last one. */
  runId: string | null;
  kept: string | null;
  onRun: (id: string | null) => void;
  onKept: (name: string | null) => void;
}

const MOST = 20;
const RUN = "run:";
const KEPT = "kept:";

export function DataPicker({ workflowId, runId, kept, onRun, onKept }: DataChoice) {
  const t = useT();
  const { language } = useLanguage();
  const statusName = useStatusName();
  const filter = { workflow: workflowId, limit: MOST };
  const runs = useQuery({
    queryKey: keys.runs(filter),
    queryFn: ({ signal }) => call("get", "/api/v1/runs", { query: filter, signal }),
  }).data?.items;
  const events = useKeptEvents(workflowId).data ?? [];
  const isListed = runId === null || runs?.some((run) => run.id === runId);
  const options = [
    { value: RUN, label: t.inspector.lastRun },
    ...events.map(({ name }) => ({ value: KEPT + name, label: t.inspector.keptEvent(name) })),
    ...(runs ?? []).map((run) => ({
      value: RUN + run.id,
      label: (run.test ? t.inspector.testRunAt : t.inspector.runAt)(exactTime(Date.parse(run.queued_at), language), statusName(run.status)),
    })),
    ...(isListed ? [] : [{ value: RUN + runId, label: `${RUN} ${runId}` }]),
  ];
  const choose = (value: string) => {
    onKept(value.startsWith(KEPT) ? value.slice(KEPT.length) : null);
    if (value.startsWith(RUN)) onRun(value.slice(RUN.length) || null);
  };
  return (
    <div className="inspector-data-of">
      <span className="muted" aria-hidden>
        {t.inspector.dataOf}
      </span>
      <Select aria-label={t.inspector.dataOf} value={kept === null ? RUN + (runId ?? "") : KEPT + kept} options={options} onChange={choose} />
    </div>
  );
}
