// Which of the last requests a filter would let through, before it is saved.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { readJson } from "~/lib/json";
import { Button, ErrorState, Icon, Skeleton, Status, Time } from "~/ui";
import { useLastRequests } from "./data";
import type { Workflow } from "./types";

const SHOWN = 10;

interface Props {
  workflow: Workflow;
  condition: unknown;
}

export function FilterTry({ workflow, condition }: Props) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="trigger-filter" aria-label={t.trigger.filterTry}>
      <Button icon="filter" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t.trigger.filterTry}
      </Button>
      {isOpen && <Outcomes workflow={workflow} condition={condition} />}
    </section>
  );
}

function Outcomes({ workflow, condition }: Props) {
  const t = useT();
  const last = useLastRequests(workflow.id, 50);
  // What was refused had no chance to be filtered.
  const requests = (last.data?.items ?? []).filter((request) => ["accepted", "filtered", "duplicate"].includes(request.verdict)).slice(0, SHOWN);
  const wanted = JSON.stringify(condition);
  const outcomes = useQuery({
    queryKey: ["filter-try", wanted, ...requests.map((request) => request.id)],
    queryFn: ({ signal }) =>
      Promise.all(
        requests.map((request) =>
          call("post", "/api/v1/expressions/preview", { body: { value: readJson(wanted) as never, request: request.id }, signal }),
        ),
      ),
    enabled: requests.length > 0,
  });
  if (last.isError || outcomes.isError)
    return <ErrorState error={last.error ?? outcomes.error} onRetry={() => void (last.isError ? last : outcomes).refetch()} />;
  if (last.isPending) return <Skeleton lines={3} />;
  if (!requests.length) return <p className="muted">{t.trigger.filterNone}</p>;
  if (outcomes.isPending) return <Skeleton lines={3} />;
  const passed = outcomes.data.filter((outcome) => outcome.holds === true).length;
  return (
    <>
      <p className="muted" role="status">
        {t.trigger.filterSummary(passed, requests.length)}
      </p>
      <ul className="trigger-outcomes">
        {requests.map((request, index) => {
          const outcome = outcomes.data[index];
          const holds = outcome?.holds === true;
          return (
            <li key={request.id}>
              <Icon name={holds ? "check" : "x"} size={14} label={holds ? t.trigger.filterHolds : t.trigger.filterFails} />
              <a href={`/console/requests/${request.id}`}>
                <Time at={request.received_at} />
              </a>
              <Status status={request.verdict} />
              <span className="trigger-warning">{t.say(outcome?.problems[0]?.message ?? "")}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
