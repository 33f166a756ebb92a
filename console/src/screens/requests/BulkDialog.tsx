// Replay, or verify again, all requests that fit. What would be done is a dry run, made anew with
// every choice.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useT } from "~/i18n";
import { ENDED, type Ended } from "~/screens/runs/bulk/byFilter";
import { PaceField } from "~/screens/runs/bulk/PaceField";
import { Bar } from "~/screens/runs/bulk/Progress";
import { Button, Checkbox, Dialog, errorText, Field, Segments, Select, toast } from "~/ui";
import { choiceOf, KINDS, reverifyAll, startReplay, verifiable, type BulkChoice } from "./bulk";
import { useChange, useWorkflowNames } from "./data";
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

export default function BulkDialog({ filter, onClose }: Props) {
  const t = useT();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [choice, setChoice] = useState(() => choiceOf(filter));
  const { trial, ids, count, n } = useTrial(choice, filter);
  const [done, setDone] = useState<number | null>(null);
  const stopper = useRef(new AbortController());
  useEffect(() => () => stopper.current.abort(), []);
  const isQuarantine = choice.kind === "quarantine";
  const act = useChange(async () => {
    if (isQuarantine) {
      const { released } = await reverifyAll(ids, false, setDone, stopper.current.signal);
      toast.ok(t.requests.released(released));
    } else {
      await startReplay(choice, filter, false);
      await queries.invalidateQueries({ queryKey: ["replays"] });
      go("/runs?view=replays");
    }
  });
  const submit = () => act.mutate(undefined, { onSuccess: onClose, onError: () => setDone(null) });
  const isReleasing = done !== null && act.isPending;
  return (
    <Dialog
      title={t.requests.bulk.title}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose} icon={isReleasing ? "stop" : undefined}>
            {isReleasing ? t.runs.bulk.stop : t.common.cancel}
          </Button>
          <Button type="submit" kind="primary" busy={act.isPending} disabled={!n || trial.isFetching}>
            {isQuarantine ? t.requests.reverifySubmit(n) : t.requests.bulk.replay(n)}
          </Button>
        </>
      }
    >
      <Choice choice={choice} onChange={setChoice} />
      {filter.search && <p className="muted">{t.requests.bulk.noSearch}</p>}
      {isQuarantine && (filter.from || filter.to || filter.last) && <p className="muted">{t.requests.bulk.noWindow}</p>}
      <div className="bulk-count" role="status">
        {isReleasing ? (
          <Bar done={done} total={ids.length} label={t.runs.bulk.progress} />
        ) : trial.isError ? (
          <span className="ui-error">{errorText(trial.error, t)}</span>
        ) : trial.isFetching || trial.isPending ? (
          <span className="muted">{t.runs.bulk.counting}</span>
        ) : count ? (
          <Reverified count={count} />
        ) : (
          <strong>{t.requests.bulk.matched(n)}</strong>
        )}
        <span className="muted">{t.requests.bulk.what[choice.kind]}</span>
      </div>
      {act.error && (
        <p className="ui-error" role="alert">
          {errorText(act.error, t)}
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
          <Field label={t.requests.bulk.runs}>
            <Select
              value={choice.status}
              onChange={(status) => set({ status: status as Ended | "" })}
              options={[{ value: "", label: t.runs.bulk.failedOrLate }, ...ENDED.map((value) => ({ value, label: t.common.status[value] }))]}
            />
          </Field>
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
