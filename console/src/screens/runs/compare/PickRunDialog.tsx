import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { duration } from "~/lib/time";
import { Button, Dialog, Empty, ErrorState, Field, Skeleton, Status, TextInput, Time } from "~/ui";
import { Flags } from "../list/columns";
import type { RunDetail } from "../run/rows";

const SHOWN = 50;

/** Chooses the run to compare with: one of the same workflow, or any by its id. */
export function PickRunDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const list = useQuery({
    queryKey: ["runs", "to-compare", run.workflow.id],
    queryFn: ({ signal }) => call("get", "/api/v1/runs", { query: { workflow: run.workflow.id, limit: SHOWN }, signal }),
  });
  const compare = (other: string) => {
    onClose();
    go(`/runs/${run.id}/compare/${other}`);
  };
  const others = (list.data?.items ?? []).filter((other) => other.id !== run.id);
  const isId = /^\d{1,20}$/.test(id) && id !== run.id;
  return (
    <Dialog
      title={t.runs.compare.pick}
      onClose={onClose}
      onSubmit={() => isId && compare(id)}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!isId}>
            {t.runs.compare.action}
          </Button>
        </>
      }
    >
      <Field label={t.runs.compare.byId} note={t.common.optional}>
        <TextInput className="mono" inputMode="numeric" value={id} onChange={(event) => setId(event.target.value.trim())} />
      </Field>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && !others.length && <Empty icon="activity" title={t.runs.compare.none} />}
      <ul className="pick">
        {others.map((other) => (
          <li key={other.id}>
            <button type="button" className="pick-run" onClick={() => compare(other.id)}>
              <Status status={other.status} />
              <span className="pick-id">
                <code>{other.id}</code> <Flags run={other} />
              </span>
              <span className="muted">{other.duration_ms !== null && duration(other.duration_ms)}</span>
              <Time at={other.queued_at} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
