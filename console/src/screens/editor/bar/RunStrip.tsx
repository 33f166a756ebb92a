// Which run the canvas shows, how it goes, and what ends it.
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { duration } from "~/lib/time";
import { Button, errorText, IconButton, Status, toast } from "~/ui";
import { useEditorContext } from "../context";
import { hasEnded, useRun } from "../run";
import "./RunStrip.css";

export default function RunStrip({ runId }: { runId: string }) {
  const t = useT();
  const { showRun, readOnly } = useEditorContext();
  const run = useRun(runId);
  const cancel = useMutation({
    mutationFn: () => call("post", "/api/v1/runs/{run}/cancel", { path: { run: runId } }),
    onError: (error) => toast.error(errorText(error, t)),
  });
  const data = run.data;
  if (run.isPending) return null;
  return (
    <div className="run-strip" role="status">
      {data ? <Status status={data.status} /> : <span className="ui-error">{errorText(run.error, t)}</span>}
      {data && <span className="muted">{data.test ? t.editorDialogs.testRun : t.editorDialogs.runOfRevision(data.revision)}</span>}
      {data?.duration_ms != null && <span className="muted">{duration(data.duration_ms)}</span>}
      {data?.error && (
        <span className="run-strip-error" title={t.say(data.error.message)}>
          {t.say(data.error.message)}
        </span>
      )}
      <Link href={`/runs/${runId}`}>{t.editorDialogs.openRun}</Link>
      {data && !hasEnded(data) && !readOnly && (
        <Button size="s" icon="stop" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          {t.common.cancel}
        </Button>
      )}
      <IconButton size="s" icon="x" label={t.editorDialogs.hideRun} onClick={() => showRun(null)} />
    </div>
  );
}
