import { useQuery } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { useT } from "~/i18n";
import { Badge, Dialog, ErrorState, Skeleton, type Tone } from "~/ui";
import { DifferenceList, type Difference } from "../compare/DifferenceList";
import type { RunDetail } from "./rows";

type WhatIfRun = Schemas["WhatIfRun"];
const TONES: Record<WhatIfRun["status"], Tone> = { same: "ok", changed: "warn", failed: "danger", no_recording: "neutral" };

const differencesOf = (list: readonly Schemas["Difference"][]): Difference[] =>
  list.map(({ pointer, old, new: next }) => ({ path: pointer || "/", old, next }));

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
      {found && <Result found={found} />}
    </Dialog>
  );
}

function Result({ found }: { found: WhatIfRun }) {
  const t = useT();
  const parts = (["path", "output", "error"] as const).filter((part) => found[part].length);
  return (
    <>
      <p>
        <Badge tone={TONES[found.status]}>{t.runs.whatIf.results[found.status]}</Badge> {found.reason}
      </p>
      {parts.map((part) => (
        <section key={part}>
          <h3>{t.runs.whatIf.parts[part]}</h3>
          <DifferenceList differences={differencesOf(found[part])} />
        </section>
      ))}
      {found.inputs.map(({ node, differences }) => (
        <section key={node}>
          <h3>{t.runs.whatIf.wouldSend(node)}</h3>
          <DifferenceList differences={differencesOf(differences)} />
        </section>
      ))}
    </>
  );
}
