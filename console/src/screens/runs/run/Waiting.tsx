// What a run waits for, and how it goes on.
import { useT } from "~/i18n";
import { Button, CopyButton, Icon, Time } from "~/ui";
import { waitsForPerson } from "../deeds";
import { keyOf, type NodeRun, type RunDetail } from "./rows";

interface Props {
  run: RunDetail;
  canAct: boolean;
  onNode: (key: string) => void;
  /** Opens what lets it go on. */
  onResume: (node: NodeRun | null) => void;
}

export function Waiting({ run, canAct, onNode, onResume }: Props) {
  const t = useT();
  const nodes = run.nodes.filter((node) => node.status === "waiting");
  if (!run.paused && !nodes.length) return null;
  return (
    <div className="waiting">
      {run.paused && (
        <div className="waiting-line">
          <Icon name="pause" />
          <span>{t.runs.pausedText}</span>
          {canAct && (
            <Button size="s" icon="play" onClick={() => onResume(null)}>
              {t.runs.deeds.resume}
            </Button>
          )}
        </div>
      )}
      {nodes.map((node) => (
        <div key={keyOf(node)} className="waiting-line">
          <Icon name="hourglass" />
          <span>
            <button type="button" className="failure-node" onClick={() => onNode(keyOf(node))}>
              {node.name || node.id}
            </button>{" "}
            {node.waiting_for ? t.runs.waitingFor[node.waiting_for] : t.common.status.waiting}
            {node.wake_at && (
              <>
                {" · "}
                {t.runs.until} <Time at={node.wake_at} />
              </>
            )}
          </span>
          {node.waiting_for === "resume" && run.resume_url && <CopyButton withLabel text={run.resume_url} label={t.runs.copyResumeUrl} />}
          {canAct && waitsForPerson(node) && (
            <Button size="s" kind="primary" icon="play" onClick={() => onResume(node)}>
              {node.waiting_for === "decision" ? t.runs.decide : t.runs.deeds.resume}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
