// What a filter would do with each of the last requests.
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { readJson } from "~/lib/json";
import { ErrorState, Icon, Skeleton, Status, Time } from "~/ui";
import type { Workflow } from "./types";
import { useLastRequests } from "./usesData";

const SHOWN = 10;

export interface FilterProps {
  workflow: Workflow;
  condition: unknown;
}

export default function FilterOutcomes({ workflow, condition }: FilterProps) {
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
  if (!requests.length) return <p className="muted">{t.triggerUses.filterNone}</p>;
  if (outcomes.isPending) return <Skeleton lines={3} />;
  const passed = outcomes.data.filter((outcome) => outcome.holds === true).length;
  return (
    <>
      <p className="muted" role="status">
        {t.triggerUses.filterSummary(passed, requests.length)}
      </p>
      <ul className="trigger-outcomes">
        {requests.map((request, index) => {
          const outcome = outcomes.data[index];
          const holds = outcome?.holds === true;
          return (
            <li key={request.id}>
              <Icon name={holds ? "check" : "x"} size={14} label={holds ? t.triggerUses.filterHolds : t.triggerUses.filterFails} />
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
