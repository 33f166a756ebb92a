// Replay, or verify again, all requests that fit. What would be done is a dry run, made anew with
// every choice.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useWorkflowNames } from "~/api/workflowNames";
import { useT } from "~/i18n";
import { Count } from "~/screens/runs/bulk/Count";
import { EndedField } from "~/screens/runs/bulk/EndedField";
import { PaceField } from "~/screens/runs/bulk/PaceField";
import { Bar } from "~/screens/runs/bulk/Progress";
import { useShowReplays } from "~/screens/runs/bulk/useShowReplays";
import { Button, Checkbox, Dialog, errorText, Field, Segments, Select, toast } from "~/ui";
import { choiceOf, KINDS, reverifyAll, startReplay, verifiable, type BulkChoice } from "./bulk";
import { useChange } from "./data";
import type { Filter } from "./filter";
import { Reverified } from "./Reverified";

interface Props {
  filter: Filter;
  onClose: () => void;
}

function useTrial(choice: BulkChoice, filter: Filter) {
  const names = useWorkflowNames().data;
  const isQuarantine = choice.kind === "quarantine";
  const ids = names && isQuarantine ? verifiable(names, choice.workflow) : [];
  const trial = useQuery({
    queryKey: ["requests-bulk", choice, filter, ids],
    queryFn: async ({ signal }) =>
      isQuarantine
        ? { count: await reverifyAll(ids, true, undefined, signal), matched: 0 }
        : { count: null, matched: (await startReplay(choice, filter, true)).matched },
    enabled: !isQuarantine || !!names,
    staleTime: 0,
    gcTime: 0,
  });
  const count = trial.data?.count ?? null;
  return { trial, ids, count, n: count ? count.released + count.duplicates : (trial.data?.matched ?? 0) };
}

/** Does what was chosen. `done`: how many quarantines were verified; null while none is. */
function useAct(choice: BulkChoice, filter: Filter, ids: readonly string[]) {
  const t = useT();
  const showReplays = useShowReplays();
  const [done, setDone] = useState<number | null>(null);
  const stopper = useRef(new AbortController());
  useEffect(() => () => stopper.current.abort(), []);
  const act = useChange(async () => {
    if (choice.kind === "quarantine") {
      const { released } = await reverifyAll(ids, false, setDone, stopper.current.signal);
      toast.ok(t.requests.released(released));
    } else {
      await startReplay(choice, filter, false);
      showReplays();
    }
  });
  const start = (onSuccess: () => void) => act.mutate(undefined, { onSuccess, onError: () => setDone(null) });
  return { start, error: act.error, isActing: act.isPending, done: act.isPending ? done : null };
}

export default function BulkDialog({ filter, onClose }: Props) {
  const t = useT();
  const [choice, setChoice] = useState(() => choiceOf(filter));
  const { trial, ids, count, n } = useTrial(choice, filter);
  const { start, error, isActing, done } = useAct(choice, filter, ids);
  const isQuarantine = choice.kind === "quarantine";
  const isReleasing = done !== null;
  const footer = (
    <>
      <Button onClick={onClose} icon={isReleasing ? "stop" : undefined}>
        {isReleasing ? t.runs.bulk.stop : t.common.cancel}
      </Button>
      <Button type="submit" kind="primary" busy={isActing} disabled={!n || trial.isFetching}>
        {isQuarantine ? t.requests.reverifySubmit(n) : t.requests.bulk.replay(n)}
      </Button>
    </>
  );
  return (
    <Dialog title={t.requests.bulk.title} onClose={onClose} onSubmit={() => start(onClose)} footer={footer}>
      <Choice choice={choice} onChange={setChoice} />
      {filter.search && <p className="muted">{t.requests.bulk.noSearch}</p>}
      {isQuarantine && (filter.from || filter.to || filter.last) && <p className="muted">{t.requests.bulk.noWindow}</p>}
      <Count trial={isReleasing ? null : trial} what={t.requests.bulk.what[choice.kind]}>
        {isReleasing && <Bar done={done} total={ids.length} label={t.runs.bulk.progress} />}
        {!isReleasing && count && <Reverified count={count} />}
        {!isReleasing && !count && <strong>{t.requests.bulk.matched(n)}</strong>}
      </Count>
      {error && (
        <p className="ui-error" role="alert">
          {errorText(error, t)}
        </p>
      )}
    </Dialog>
  );
}

function Choice({ choice, onChange }: { choice: BulkChoice; onChange: (choice: BulkChoice) => void }) {
  const t = useT();
  const workflows = useWorkflowNames().data ?? [];
  const chosen = workflows.find(({ id, name }) => id === choice.workflow || name === choice.workflow)?.id ?? "";
  const set = (part: Partial<BulkChoice>) => onChange({ ...choice, ...part });
  return (
    <>
      <Segments
        label={t.requests.bulk.kind}
        value={choice.kind}
        onChange={(kind) => set({ kind })}
        options={KINDS.map((value) => ({ value, label: t.requests.bulk.kinds[value] }))}
      />
      <div className="bulk-fields">
        <Field label={t.requests.filterWorkflow}>
          <Select
            value={chosen}
            onChange={(workflow) => set({ workflow })}
            options={[{ value: "", label: t.requests.allWorkflows }, ...workflows.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        </Field>
        {choice.kind === "accepted" && (
          <EndedField label={t.requests.bulk.runs} value={choice.status} onChange={(status) => set({ status })} />
        )}
        {choice.kind !== "quarantine" && (
          <PaceField value={choice.perSecond} onChange={(perSecond) => set({ perSecond })} />
        )}
      </div>
      {choice.kind !== "quarantine" && chosen && (
        <Checkbox checked={choice.isDraft} onChange={(isDraft) => set({ isDraft })} label={t.requests.replayDraft} />
      )}
    </>
  );
}
