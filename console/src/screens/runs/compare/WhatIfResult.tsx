import type { Schemas } from "~/api/client";
import { useT } from "~/i18n";
import { Badge, type Tone } from "~/ui";
import { DifferenceList, type Difference } from "./DifferenceList";

export type WhatIfRun = Schemas["WhatIfRun"];
export const TONES: Record<WhatIfRun["status"], Tone> = { same: "ok", changed: "warn", failed: "danger", no_recording: "neutral" };

const differencesOf = (list: readonly Schemas["Difference"][]): Difference[] =>
  list.map(({ pointer, old, new: next }) => ({ path: pointer || "/", old, next }));

/** What would have been otherwise, place by place. */
export function WhatIfResult({ found, hasStatus = true }: { found: WhatIfRun; hasStatus?: boolean }) {
  const t = useT();
  const parts = (["path", "output", "error"] as const).filter((part) => found[part].length);
  return (
    <>
      <p>
        {hasStatus && <Badge tone={TONES[found.status]}>{t.runs.whatIf.results[found.status]}</Badge>} {t.say(found.reason ?? "")}
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
