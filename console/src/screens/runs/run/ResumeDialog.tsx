import { useState } from "react";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { problemsOf, tryJson } from "~/lib/json";
import { Button, CodeEditor, Dialog, errorText, Field } from "~/ui";
import { useDeed } from "./useDeed";
import type { NodeRun } from "./rows";

interface Props {
  runId: string;
  node: NodeRun;
  onClose: () => void;
}

/** Lets a node that waits go on, with data; or decides for one that is in doubt. */
export function ResumeDialog({ runId, node, onClose }: Props) {
  const t = useT();
  const [text, setText] = useState('{\n  "approved": true\n}');
  const resume = useDeed(runId, (body: { data?: unknown; decision?: "retry" | "fail" }) =>
    call("post", "/api/v1/runs/{run}/resume", { path: { run: runId }, body: { node: node.id, ...body } as never }),
  );
  const isDecision = node.waiting_for === "decision";
  const parsed = tryJson(text || "null");
  const send = (body: { data?: unknown; decision?: "retry" | "fail" }) => resume.mutate(body, { onSuccess: onClose });
  const name = node.name || node.id;
  return (
    <Dialog
      title={isDecision ? t.runs.resume.decideTitle(name) : t.runs.resume.title(name)}
      onClose={onClose}
      onSubmit={() => !isDecision && !parsed.fault && send({ data: parsed.value })}
      footer={
        isDecision ? (
          <>
            <Button kind="danger" busy={resume.isPending} onClick={() => send({ decision: "fail" })}>
              {t.runs.resume.fail}
            </Button>
            <Button kind="primary" busy={resume.isPending} onClick={() => send({ decision: "retry" })}>
              {t.runs.resume.retry}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={resume.isPending} disabled={!!parsed.fault}>
              {t.runs.resume.action}
            </Button>
          </>
        )
      }
    >
      {isDecision ? (
        <p>{t.runs.resume.decideText}</p>
      ) : (
        <Field label={t.runs.resume.data} help={t.runs.resume.dataHelp(node.id)} error={parsed.fault && t.common.notJson(parsed.fault)}>
          <CodeEditor
            language="json"
            rows={6}
            label={t.runs.resume.data}
            value={text}
            onChange={setText}
            problems={problemsOf(parsed.fault, text, t.common.notJson)}
          />
        </Field>
      )}
      {resume.error && (
        <p className="ui-error" role="alert">
          {errorText(resume.error, t)}
        </p>
      )}
    </Dialog>
  );
}
