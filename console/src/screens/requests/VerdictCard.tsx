// The verdict in words: why, which mistake explains it, what to do.
import { Link } from "wouter";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { reasonCode, reasonText } from "~/lib/reason";
import { Badge, Icon, toneOf, type IconName } from "~/ui";
import type { Request } from "./data";

const ICONS: Record<Request["verdict"], IconName> = {
  accepted: "check",
  refused: "ban",
  duplicate: "copy",
  filtered: "filter",
  handshake: "hand",
};

export function VerdictCard({ request }: { request: Request }) {
  const t = useT();
  const flags: Record<string, string> = t.requests.flags;
  const { reason } = request;
  const known = request.diagnosis?.code ? request.diagnosis : null;
  return (
    <section className={classes("card", "requests-verdict", `ui-tone-${toneOf(request.verdict)}`)} aria-label={t.requests.verdict}>
      <span className="requests-verdict-icon">
        <Icon name={ICONS[request.verdict]} size={18} />
      </span>
      <div className="requests-verdict-text">
        <p className="requests-verdict-title">
          {t.requests.told[request.verdict](request.status)}
          {reason && <Badge tone={toneOf(request.verdict)}>{reasonCode(reason)}</Badge>}
          {request.flags.map((flag) => (
            <Badge key={flag} tone={flag === "released" ? "ok" : "warn"}>
              {flags[flag] ?? flag}
            </Badge>
          ))}
        </p>
        {reason?.includes(":") && <p>{t.say(reasonText(reason))}</p>}
        {request.duplicate_of && (
          <p>
            {t.requests.repeats} <Link href={`/requests/${request.duplicate_of}`}>{t.requests.one(request.duplicate_of)}</Link>
          </p>
        )}
        {request.verdict === "refused" && request.diagnosis && <p>{t.say(request.diagnosis.message)}</p>}
        {known && (
          <p className="muted">
            {t.requests.mistake} <span className="mono">{known.code}</span>
            {known.entry !== null && ` · ${t.requests.entry(known.entry + 1)}`}
          </p>
        )}
        {request.quarantined && <p className="muted">{t.requests.quarantineText}</p>}
      </div>
    </section>
  );
}
