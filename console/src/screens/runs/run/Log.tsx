import { useMemo, useState } from "react";
import { useLanguage, useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { clockTime, duration } from "~/lib/time";
import { Button } from "~/ui";
import { logOf, type LogLine } from "./log";
import { keyOf, TRIGGER, type RunDetail } from "./rows";
import "./Log.css";

/** Lines that are drawn at a time. */
const CHUNK = 1000;

interface Props {
  run: RunDetail;
  onSelect: (key: string) => void;
}

function Text({ line, status }: { line: LogLine; status: string }) {
  const t = useT();
  const words = t.runs.log;
  const statuses: Record<string, string> = t.common.status;
  switch (line.kind) {
    case "attempt":
      return words.attempt(line.attempt ?? 1);
    case "completed":
      return words.completed(duration(line.ms ?? 0));
    case "failed":
      return (
        <>
          {words.failed(duration(line.ms ?? 0))} {t.say(line.text ?? "")}
        </>
      );
    case "retry":
      return words.retry(line.attempt ?? 2, duration(line.ms ?? 0));
    case "waiting":
      return line.node?.waiting_for ? t.runs.waitingFor[line.node.waiting_for] : t.common.status.waiting;
    case "message":
      return line.text ?? "";
    case "ended":
      return (
        <>
          {words.ended(statuses[status] ?? status, duration(line.ms ?? 0))} {t.say(line.text ?? "")}
        </>
      );
    default:
      return words[line.kind];
  }
}

/** What happened, line by line; a line leads to its node. */
export function Log({ run, onSelect }: Props) {
  const t = useT();
  const { language } = useLanguage();
  const [most, setMost] = useState(CHUNK);
  const lines = useMemo(() => logOf(run), [run]);
  return (
    <ol className="runlog" aria-label={t.runs.looks.log}>
      {lines.slice(0, most).map((line, index) => (
        <li key={index} className={classes("runlog-line", `runlog-${line.level}`)}>
          <time className="muted" dateTime={new Date(line.at).toISOString()}>
            {clockTime(line.at, language)}
          </time>
          <button type="button" className="runlog-node" onClick={() => onSelect(line.node ? keyOf(line.node) : TRIGGER)}>
            {line.node ? line.node.id : t.runs.run}
          </button>
          <span className="runlog-text">
            <Text line={line} status={run.status} />
          </span>
        </li>
      ))}
      {lines.length > most && (
        <li className="runlog-more">
          <Button size="s" onClick={() => setMost(most + CHUNK)}>
            {t.runs.log.more(lines.length - most)}
          </Button>
        </li>
      )}
    </ol>
  );
}
