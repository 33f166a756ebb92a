// What many recorded runs would become under the draft: how many differ, and each of them in detail.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { Badge, Button, ErrorState, Icon, Skeleton } from "~/ui";
import { TONES, WhatIfResult, type WhatIfRun } from "../compare/WhatIfResult";
import type { RunFilter } from "../list/filter";
import { whatIfBody, type BulkChoice } from "./byFilter";

const ORDER: readonly WhatIfRun["status"][] = ["failed", "changed", "no_recording", "same"];

export function WhatIfMany({ choice, filter }: { choice: BulkChoice; filter: RunFilter }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["what-if", choice, filter],
    queryFn: ({ signal }) =>
      call("post", "/api/v1/workflows/{workflow}/what-if", {
        path: { workflow: choice.workflow },
        body: whatIfBody(choice, filter, Date.now()) as never,
        signal,
      }),
    enabled: choice.workflow !== "",
    staleTime: Infinity,
    gcTime: 0,
  });
  if (!choice.workflow) return <p className="muted">{t.runs.bulk.chooseWorkflow}</p>;
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const found = query.data;
  const runs = [...found.runs].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <>
      <div className="bulk-line" role="status">
        <strong>{t.runs.bulk.tried(found.tried)}</strong>
        {ORDER.filter((status) => found[status] > 0).map((status) => (
          <Badge key={status} tone={TONES[status]}>{`${t.runs.whatIf.results[status]} ${found[status]}`}</Badge>
        ))}
        <Button size="s" icon="refresh" busy={query.isFetching} onClick={() => void query.refetch()}>
          {t.common.retry}
        </Button>
      </div>
      {found.cut && <p className="muted">{t.runs.bulk.tryCut}</p>}
      <div className="bulk-tried">
        {runs.map((run) => (
          <OneRun key={run.run_id} run={run} />
        ))}
      </div>
    </>
  );
}

function RunLink({ id }: { id: string }) {
  const t = useT();
  return <Link href={`/runs/${id}`}>{t.runs.bulk.openRun(id)}</Link>;
}

function OneRun({ run }: { run: WhatIfRun }) {
  const t = useT();
  if (run.status === "same")
    return (
      <p className="bulk-line bulk-same">
        <Badge tone={TONES.same}>{t.runs.whatIf.results.same}</Badge>
        <RunLink id={run.run_id} />
      </p>
    );
  return (
    <details>
      <summary className="bulk-line">
        <Icon name="chevron-right" size={14} />
        <Badge tone={TONES[run.status]}>{t.runs.whatIf.results[run.status]}</Badge>
        <span className="mono">{run.run_id}</span>
      </summary>
      <WhatIfResult found={run} hasStatus={false} />
      <RunLink id={run.run_id} />
    </details>
  );
}
