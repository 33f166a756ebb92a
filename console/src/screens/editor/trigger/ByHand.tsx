// Starting a workflow that has no URL: a run by hand, or an event.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { tryJson } from "~/lib/json";
import { Button, CodeEditor, errorText, Field, TextInput } from "~/ui";
import { sendEvent, startRun } from "./usesData";
import { firstInput } from "./input";
import type { Config, Workflow } from "./types";
import "./TryIt.css";

interface Props {
  workflow: Workflow;
  /** What is done with the value; the runs that it started. */
  start: (value: unknown) => Promise<string[]>;
  first: unknown;
  label: string;
  action: string;
  onRun?: (id: string) => void;
  children?: React.ReactNode;
}

function Start({ workflow, start, first, label, action, onRun, children }: Props) {
  const t = useT();
  const canEdit = useCan("editor");
  const [text, setText] = useState(() => JSON.stringify(first, null, 2));
  const run = useMutation({ mutationFn: start, onSuccess: ([id]) => id && onRun?.(id) });
  const parsed = tryJson(text);
  const isPublished = workflow.active_revision !== null;
  return (
    <div className="trigger-try">
      {children}
      <Field label={label} error={parsed.fault && t.common.notJson(parsed.fault)}>
        <CodeEditor language="json" label={label} rows={6} value={text} onChange={setText} readOnly={!canEdit} />
      </Field>
      <div className="trigger-send-row">
        <Button
          icon="play"
          busy={run.isPending}
          disabled={!!parsed.fault || !canEdit || !isPublished}
          onClick={() => parsed.fault || run.mutate(parsed.value)}
        >
          {action}
        </Button>
        <span role="status">
          {!isPublished && <span className="muted">{t.triggerUses.publishFirst}</span>}
          {run.error && <span className="trigger-warning">{errorText(run.error, t)}</span>}
          {run.data && !run.data.length && <span className="muted">{t.triggerUses.startedNone}</span>}
          {run.data && run.data.length > 0 && (
            <>
              {t.triggerUses.started(run.data.length)}{" "}
              {run.data.map((id) => (
                <Link key={id} href={`/runs/${id}`}>
                  {t.triggerUses.openRun}
                </Link>
              ))}
            </>
          )}
        </span>
      </div>
    </div>
  );
}

interface ByHandProps {
  workflow: Workflow;
  config: Config;
  onRun?: (id: string) => void;
}

export function StartByHand({ workflow, config, onRun }: ByHandProps) {
  const t = useT();
  return (
    <Start
      key={JSON.stringify(config.input_schema ?? config.input)}
      workflow={workflow}
      first={firstInput(config)}
      label={t.triggerUses.input}
      action={t.triggerUses.startRun}
      onRun={onRun}
      start={async (input) => [(await startRun(workflow.id, input)).id]}
    />
  );
}

/** The first of the types that names one event, not a pattern. */
export function concreteType(config: Config): string {
  const types = Array.isArray(config.types) ? config.types.filter((type) => typeof type === "string") : [];
  const plain = types.find((type) => !type.includes("*") && !type.startsWith("pawl."));
  return plain ?? types.find((type) => !type.startsWith("pawl."))?.replaceAll(/\*+/g, "test") ?? "";
}

export function SendEvent({ workflow, config, onRun }: ByHandProps) {
  const t = useT();
  const [type, setType] = useState(() => concreteType(config));
  const send = async (data: unknown) => {
    const taken = await sendEvent(type, data);
    return taken.events.flatMap((event) => event.runs.filter((run) => run.workflow.id === workflow.id).map((run) => run.run_id));
  };
  return (
    <Start workflow={workflow} first={{}} label={t.triggerUses.eventData} action={t.trigger.sendEvent} start={send} onRun={onRun}>
      <Field label={t.triggerUses.eventType}>
        <TextInput className="mono" value={type} onChange={(event) => setType(event.target.value)} />
      </Field>
    </Start>
  );
}
