import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { Dialog, ErrorState, Skeleton } from "~/ui";
import { WhatIfResult } from "../compare/WhatIfResult";
import type { RunDetail } from "./rows";

/** What would become of this run under the draft. Nothing is sent or stored. */
export function WhatIfDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["what-if", run.id],
    queryFn: ({ signal }) =>
      call("post", "/api/v1/workflows/{workflow}/what-if", { path: { workflow: run.workflow.id }, body: { runs: [run.id] } as never, signal }),
    gcTime: 0,
  });
  const found = query.data?.runs[0];
  return (
    <Dialog title={t.runs.whatIf.title} width="l" onClose={onClose}>
      <p className="muted">{t.runs.whatIf.text}</p>
      {query.isPending && <Skeleton />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !found && <p>{t.runs.whatIf.nothing}</p>}
      {found && <WhatIfResult found={found} />}
    </Dialog>
  );
}
