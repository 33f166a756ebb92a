// Retry, replay or cancel all that fit. The count is a dry run, made anew with every choice.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, Segments, Select, toast } from "~/ui";
import { perform } from "../deeds";
import { useWorkflowNames } from "../list/data";
import { CLASSES, queryOf, NO_FILTER, type RunFilter } from "../list/filter";
import { choiceOf, ENDED, MOST_CANCELED, openRuns, startReplay, type BulkChoice, type Ended } from "./byFilter";
import { PaceField } from "./PaceField";
import { Progress } from "./Progress";
import { useBatch } from "./useBatch";
import { WhatIfMany } from "./WhatIfMany";

interface Props {
  filter: RunFilter;
  onClose: () => void;
}

const DEEDS = ["retry", "replay", "cancel", "try"] as const;

export function BulkByFilter({ filter, onClose }: Props) {
  const t = useT();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [choice, setChoice] = useState(() => choiceOf(filter));
  const [isStarting, setStarting] = useState(false);
  const { batch, start, stop } = useBatch((id) => perform("cancel", id));
  const isCancel = choice.deed === "cancel";
  const isTry = choice.deed === "try";
  const count = useQuery({
    queryKey: ["bulk-count", choice, filter],
    queryFn: async ({ signal }) => {
      if (isCancel) return openRuns(choice, filter, signal);
      return (await startReplay(choice, filter, true)).matched;
    },
    enabled: !isTry,
    staleTime: 0,
    gcTime: 0,
  });
  const n = Array.isArray(count.data) ? count.data.length : (count.data ?? 0);
  const submit = () => {
    if (isTry) return;
    if (Array.isArray(count.data)) {
      void start(count.data);
      return;
    }
    setStarting(true);
    startReplay(choice, filter, false)
      .then(() => {
        void queries.invalidateQueries({ queryKey: ["replays"] });
        onClose();
        go(`/runs?${queryOf({ ...NO_FILTER, view: "replays" })}`);
      })
      .catch((error: unknown) => toast.error(errorText(error, t)))
      .finally(() => setStarting(false));
  };
  const close = () => {
    stop();
    onClose();
  };
  const isBusy = isStarting || batch.state === "running";
  return (
    <Dialog
      title={t.runs.bulk.title}
      width={isTry ? "l" : "m"}
      onClose={close}
      onSubmit={submit}
      footer={
        batch.state === "idle" ? (
          <>
            <Button onClick={close}>{isTry ? t.common.close : t.common.cancel}</Button>
            {choice.deed !== "try" && (
              <Button type="submit" kind={isCancel ? "danger" : "primary"} busy={isBusy} disabled={!n || count.isFetching}>
                {t.runs.bulk.deeds[choice.deed](n)}
              </Button>
            )}
          </>
        ) : (
          <Button icon={isBusy ? "stop" : undefined} onClick={isBusy ? stop : close}>
            {isBusy ? t.runs.bulk.stop : t.common.close}
          </Button>
        )
      }
    >
      {batch.state !== "idle" ? (
        <Progress batch={batch} />
      ) : (
        <>
          <Choice choice={choice} onChange={setChoice} />
          {choice.deed === "try" ? (
            <>
              <p className="muted">{t.runs.whatIf.text}</p>
              <WhatIfMany choice={choice} filter={filter} />
            </>
          ) : (
            <div className="bulk-count" role="status">
              {count.isError ? (
                <span className="ui-error">{errorText(count.error, t)}</span>
              ) : count.isFetching ? (
                <span className="muted">{t.runs.bulk.counting}</span>
              ) : (
                <strong>{isCancel && n === MOST_CANCELED ? t.runs.bulk.atLeast(n) : t.runs.bulk.matched(n)}</strong>
              )}
              <span className="muted">{t.runs.bulk.what[choice.deed]}</span>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}

function Choice({ choice, onChange }: { choice: BulkChoice; onChange: (choice: BulkChoice) => void }) {
  const t = useT();
  const workflows = useWorkflowNames();
  const set = (part: Partial<BulkChoice>) => onChange({ ...choice, ...part });
  return (
    <>
      <Segments
        label={t.runs.bulk.deed}
        value={choice.deed}
        onChange={(deed) => set({ deed })}
        options={DEEDS.map((value) => ({ value, label: value === "try" ? t.runs.bulk.try : t.runs.deeds[value] }))}
      />
      <div className="bulk-fields">
        <Field label={t.runs.filters.workflow}>
          <Select
            value={choice.workflow}
            onChange={(workflow) => set({ workflow })}
            options={[{ value: "", label: t.runs.filters.anyWorkflow }, ...workflows.map(({ name }) => ({ value: name, label: name }))]}
          />
        </Field>
        {choice.deed !== "cancel" && (
          <>
            <Field label={t.runs.filters.status}>
              <Select
                value={choice.status}
                onChange={(status) => set({ status: status as Ended | "" })}
                options={[{ value: "", label: choice.deed === "try" ? t.runs.filters.any : t.runs.bulk.failedOrLate }, ...ENDED.map((value) => ({ value, label: t.common.status[value] }))]}
              />
            </Field>
            <Field label={t.runs.filters.failure}>
              <Select
                value={choice.failure}
                onChange={(failure) => set({ failure: failure as BulkChoice["failure"] })}
                options={[{ value: "", label: t.runs.filters.any }, ...CLASSES.map((value) => ({ value, label: t.runs.classes[value] }))]}
              />
            </Field>
            {choice.deed !== "try" && (
              <PaceField value={choice.perSecond} onChange={(perSecond) => set({ perSecond })} />
            )}
          </>
        )}
        {choice.deed === "replay" && (
          <Field label={t.runs.replay.under}>
            <Select
              value={choice.target}
              onChange={(target) => set({ target: target as BulkChoice["target"] })}
              options={(["active", "draft"] as const).map((value) => ({ value, label: t.runs.replay.targets[value] }))}
            />
          </Field>
        )}
      </div>
    </>
  );
}
