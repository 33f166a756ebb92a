import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { isContainer, problemsOf, tryJson } from "~/lib/json";
import { Button, CodeEditor, Dialog, errorText, Field, Select, toast } from "~/ui";
import { useDeed } from "./useDeed";
import type { RunDetail } from "./rows";

type Target = "active" | "same" | "draft";

/** The new run's input: that of the first one, or what it is edited to. */
function useInput(run: RunDetail) {
  const t = useT();
  const original = JSON.stringify(run.input ?? {}, null, 2);
  const [text, setText] = useState(original);
  const { value, fault } = tryJson(text);
  const isInput = isContainer(value) && !Array.isArray(value);
  const problem = fault ? t.common.notJson(fault) : isInput ? undefined : t.runs.replay.notObject;
  return { text, setText, reset: () => setText(original), isEdited: text !== original, value, fault, problem };
}

type Input = ReturnType<typeof useInput>;

/** Starts it, and leads to it. */
function useReplay(run: RunDetail, input: Input, target: Target, onClose: () => void) {
  const t = useT();
  const [, go] = useLocation();
  const replay = useDeed(run.id, () =>
    call("post", "/api/v1/runs/{run}/replay", {
      path: { run: run.id },
      body: {
        ...(input.isEdited ? { input: input.value as Record<string, never> } : {}),
        ...(target === "same" ? { revision: run.revision } : {}),
        ...(target === "draft" ? { draft: true } : {}),
      } as never,
    }),
  );
  const start = () =>
    replay.mutate(undefined, {
      onSuccess: (made) => {
        toast.ok(t.runs.replay.made);
        onClose();
        go(`/runs/${made.id}`);
      },
    });
  return { start, error: replay.error, isStarting: replay.isPending };
}

/** A new run with the same input or an edited one; leads to it. */
export function ReplayDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const t = useT();
  const [target, setTarget] = useState<Target>("active");
  const input = useInput(run);
  const { start, error, isStarting } = useReplay(run, input, target, onClose);
  const footer = (
    <>
      {input.isEdited && (
        <Button kind="quiet" icon="undo" onClick={input.reset}>
          {t.runs.replay.reset}
        </Button>
      )}
      <Button onClick={onClose}>{t.common.cancel}</Button>
      <Button kind="primary" type="submit" icon="play" busy={isStarting} disabled={!!input.problem}>
        {input.isEdited ? t.runs.replay.actionEdited : t.runs.replay.action}
      </Button>
    </>
  );
  return (
    <Dialog title={t.runs.replay.title} width="l" onClose={onClose} onSubmit={() => input.problem || start()} footer={footer}>
      <TargetField run={run} value={target} onChange={setTarget} />
      <InputField {...input} />
      {error && (
        <p className="ui-error" role="alert">
          {errorText(error, t)}
          {error instanceof ApiError && error.problems.map((one) => ` ${one.pointer}: ${t.say(one.message)}`).join(";")}
        </p>
      )}
    </Dialog>
  );
}

function TargetField({ run, value, onChange }: { run: RunDetail; value: Target; onChange: (target: Target) => void }) {
  const t = useT();
  const targets: Target[] = run.draft ? ["active", "draft"] : ["active", "same", "draft"];
  const nameOf = (target: Target) => (target === "same" ? t.runs.revision(run.revision) : t.runs.replay.targets[target]);
  return (
    <Field label={t.runs.replay.under}>
      <Select
        value={value}
        onChange={(target) => onChange(target as Target)}
        options={targets.map((target) => ({ value: target, label: nameOf(target) }))}
      />
    </Field>
  );
}

function InputField({ text, setText, fault, problem }: Input) {
  const t = useT();
  return (
    <Field label={t.runs.replay.input} help={t.runs.replay.inputHelp} error={problem}>
      <CodeEditor
        language="json"
        rows={16}
        label={t.runs.replay.input}
        value={text}
        onChange={setText}
        problems={problemsOf(fault, text, t.common.notJson)}
      />
    </Field>
  );
}
