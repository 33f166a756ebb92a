// The verdict in words: why, which mistake explains it, what to do.
import { Link } from "wouter";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Badge, Icon, toneOf, type IconName } from "~/ui";
import type { Request } from "./data";

const ICONS: Record<Request["verdict"], IconName> = {
  accepted: "check",
  refused: "ban",
  duplicate: "copy",
  filtered: "filter",
  handshake: "hand",
};

/** "bad_signature: the signature does not fit": the stable word, and what it means. */
function reasonOf(text: string | null): { word: string; meaning: string } {
  const [word = "", ...rest] = (text ?? "").split(": ");
  return { word, meaning: rest.join(": ") };
}

export function VerdictCard({ request }: { request: Request }) {
  const t = useT();
  const flags: Record<string, string> = t.requests.flags;
  const reason = reasonOf(request.reason);
  const known = request.diagnosis?.code ? request.diagnosis : null;
  return (
    <section className={classes("card", "requests-verdict", `ui-tone-${toneOf(request.verdict)}`)} aria-label={t.requests.verdict}>
      <span className="requests-verdict-icon">
        <Icon name={ICONS[request.verdict]} size={18} />
      </span>
      <div className="requests-verdict-text">
        <p className="requests-verdict-title">
          {t.requests.told[request.verdict](request.status)}
          {reason.word && <Badge tone={toneOf(request.verdict)}>{reason.word}</Badge>}
          {request.flags.map((flag) => (
            <Badge key={flag} tone={flag === "released" ? "ok" : "warn"}>
              {flags[flag] ?? flag}
            </Badge>
          ))}
        </p>
        {reason.meaning && <p>{t.say(reason.meaning)}</p>}
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
