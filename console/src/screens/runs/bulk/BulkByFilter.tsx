// Retry, replay or cancel all that fit. The count is a dry run, made anew with every choice.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWorkflowNames } from "~/api/workflowNames";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, Segments, Select, toast } from "~/ui";
import { perform } from "../deeds";
import { CLASSES, type RunFilter } from "../list/filter";
import { BatchFooter } from "./BatchFooter";
import { choiceOf, MOST_CANCELED, openRuns, startReplay, type BulkChoice } from "./byFilter";
import { Count } from "./Count";
import { EndedField } from "./EndedField";
import { PaceField } from "./PaceField";
import { Progress } from "./Progress";
import { useBatch } from "./useBatch";
import { useShowReplays } from "./useShowReplays";
import { WhatIfMany } from "./WhatIfMany";

interface Props {
  filter: RunFilter;
  onClose: () => void;
}

const DEEDS = ["retry", "replay", "cancel", "try"] as const;

/** How many runs the choice takes; and which, where they are canceled one by one. */
function useTrial(choice: BulkChoice, filter: RunFilter) {
  const trial = useQuery({
    queryKey: ["bulk-count", choice, filter],
    queryFn: async ({ signal }) => {
      if (choice.deed !== "cancel") return { n: (await startReplay(choice, filter, true)).matched, ids: null };
      const ids = await openRuns(choice, filter, signal);
      return { n: ids.length, ids };
    },
    enabled: choice.deed !== "try",
    staleTime: 0,
    gcTime: 0,
  });
  return { trial, n: trial.data?.n ?? 0, ids: trial.data?.ids ?? null };
}

export function BulkByFilter({ filter, onClose }: Props) {
  const t = useT();
  const showReplays = useShowReplays();
  const [choice, setChoice] = useState(() => choiceOf(filter));
  const { trial, n, ids } = useTrial(choice, filter);
  const { batch, start, stop } = useBatch((id) => perform("cancel", id));
  const replay = useMutation({
    mutationFn: () => startReplay(choice, filter, false),
    onSuccess: () => {
      onClose();
      showReplays();
    },
    onError: (error) => toast.error(errorText(error, t)),
  });
  const { deed } = choice;
  const submit = () => {
    if (ids) void start(ids);
    else if (deed !== "try") replay.mutate();
  };
  const close = () => {
    stop();
    onClose();
  };
  const footer = (
    <BatchFooter batch={batch} onStop={stop} onClose={close}>
      <Button onClick={close}>{deed === "try" ? t.common.close : t.common.cancel}</Button>
      {deed !== "try" && (
        <Button type="submit" kind={deed === "cancel" ? "danger" : "primary"} busy={replay.isPending} disabled={!n || trial.isFetching}>
          {t.runs.bulk.deeds[deed](n)}
        </Button>
      )}
    </BatchFooter>
  );
  return (
    <Dialog title={t.runs.bulk.title} width={deed === "try" ? "l" : "m"} onClose={close} onSubmit={submit} footer={footer}>
      {batch.state !== "idle" && <Progress batch={batch} />}
      {batch.state === "idle" && <Choice choice={choice} onChange={setChoice} />}
      {batch.state === "idle" && deed === "try" && (
        <>
          <p className="muted">{t.runs.whatIf.text}</p>
          <WhatIfMany choice={choice} filter={filter} />
        </>
      )}
      {batch.state === "idle" && deed !== "try" && (
        <Count trial={trial} what={t.runs.bulk.what[deed]}>
          <strong>{deed === "cancel" && n === MOST_CANCELED ? t.runs.bulk.atLeast(n) : t.runs.bulk.matched(n)}</strong>
        </Count>
      )}
    </Dialog>
  );
}

function Choice({ choice, onChange }: { choice: BulkChoice; onChange: (choice: BulkChoice) => void }) {
  const t = useT();
  const workflows = useWorkflowNames().data ?? [];
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
            <EndedField
              label={t.runs.filters.status}
              value={choice.status}
              any={choice.deed === "try" ? t.runs.filters.any : undefined}
              onChange={(status) => set({ status })}
            />
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
