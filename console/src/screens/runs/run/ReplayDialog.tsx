import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { isContainer, markOf, tryJson } from "~/lib/json";
import { Button, CodeEditor, Dialog, errorText, Field, Select, toast } from "~/ui";
import { useDeed } from "./useDeed";
import type { RunDetail } from "./rows";

type Target = "active" | "same" | "draft";

/** A new run with the same input or an edited one; leads to it. */
export function ReplayDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const original = JSON.stringify(run.input ?? {}, null, 2);
  const [text, setText] = useState(original);
  const [target, setTarget] = useState<Target>("active");
  const parsed = tryJson(text);
  const isInput = isContainer(parsed.value) && !Array.isArray(parsed.value);
  const problem = parsed.fault ? t.common.notJson(parsed.fault) : isInput ? undefined : t.runs.replay.notObject;
  const isEdited = text !== original;
  const replay = useDeed(run.id, () =>
    call("post", "/api/v1/runs/{run}/replay", {
      path: { run: run.id },
      body: {
        ...(isEdited ? { input: parsed.value as Record<string, never> } : {}),
        ...(target === "same" ? { revision: run.revision } : {}),
        ...(target === "draft" ? { draft: true } : {}),
      } as never,
    }),
  );
  const submit = () => {
    if (problem) return;
    replay.mutate(undefined, {
      onSuccess: (made) => {
        toast.ok(t.runs.replay.made);
        onClose();
        go(`/runs/${made.id}`);
      },
    });
  };
  const targets: Target[] = run.draft ? ["active", "draft"] : ["active", "same", "draft"];
  return (
    <Dialog
      title={t.runs.replay.title}
      width="l"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          {isEdited && (
            <Button kind="quiet" icon="undo" onClick={() => setText(original)}>
              {t.runs.replay.reset}
            </Button>
          )}
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" icon="play" busy={replay.isPending} disabled={!!problem}>
            {isEdited ? t.runs.replay.actionEdited : t.runs.replay.action}
          </Button>
        </>
      }
    >
      <Field label={t.runs.replay.under}>
        <Select
          value={target}
          onChange={(value) => setTarget(value as Target)}
          options={targets.map((value) => ({ value, label: value === "same" ? t.runs.revision(run.revision) : t.runs.replay.targets[value] }))}
        />
      </Field>
      <Field label={t.runs.replay.input} help={t.runs.replay.inputHelp} error={problem}>
        <CodeEditor
          language="json"
          rows={16}
          label={t.runs.replay.input}
          value={text}
          onChange={setText}
          problems={parsed.fault && problem ? [{ ...markOf(parsed.fault, text), message: problem }] : []}
        />
      </Field>
      {replay.error && (
        <p className="ui-error" role="alert">
          {errorText(replay.error, t)}
          {replay.error instanceof ApiError && replay.error.problems.map((one) => ` ${one.pointer}: ${t.say(one.message)}`).join(";")}
        </p>
      )}
    </Dialog>
  );
}
