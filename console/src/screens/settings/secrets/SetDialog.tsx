// A value goes in: of a new secret, or as a new version of one.
import { useState } from "react";
import { useT } from "~/i18n";
import { isoOfInput } from "~/lib/time";
import { Button, Dialog, errorText, Field, Select, TextArea, TextInput, toast } from "~/ui";
import { useSetSecret } from "./data";
import { isWindow, SECRET_NAME } from "./versions";

interface Props {
  /** Of which it is a new version; else one names a new secret. */
  name?: string;
  /** Those that are there. */
  names: readonly string[];
  onClose: () => void;
  onDone?: (name: string) => void;
}

/** The window in which a value holds, as the inputs have it; "": no bound. */
interface Span {
  from: string;
  until: string;
}

const isRight = ({ from, until }: Span): boolean => isWindow(isoOfInput(from), isoOfInput(until), Date.now());

export function SetDialog({ name: present, names, onClose, onDone }: Props) {
  const t = useT();
  const s = t.settings.secrets;
  const [name, setName] = useState(present ?? "");
  const [value, setValue] = useState("");
  const [keep, setKeep] = useState(present ? "24h" : "");
  const [span, setSpan] = useState<Span>({ from: "", until: "" });
  const set = useSetSecret();
  const isNewVersion = !!present || names.includes(name);
  const isComplete = SECRET_NAME.test(name) && value !== "" && isRight(span);
  const done = () => {
    toast.ok(s.saved(name));
    onDone?.(name);
    onClose();
  };
  const submit = () => {
    if (!isComplete) return;
    const keep_old = isNewVersion && keep ? keep : undefined;
    const window = { not_before: isoOfInput(span.from) || undefined, not_after: isoOfInput(span.until) || undefined };
    set.mutate({ secret: name, value, keep_old, ...window }, { onSuccess: done });
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t.common.cancel}</Button>
      <Button type="submit" kind="primary" disabled={!isComplete} busy={set.isPending}>
        {t.common.save}
      </Button>
    </>
  );
  return (
    <Dialog title={present ? s.addTo(present) : s.add} width="s" onClose={onClose} onSubmit={submit} footer={footer}>
      {!present && <NameField name={name} isTaken={names.includes(name)} onChange={setName} />}
      <ValueField value={value} onChange={setValue} error={set.error && errorText(set.error, t)} />
      {isNewVersion && (
        <Field label={s.keepOld} help={s.keepOldHelp}>
          <Select value={keep} onChange={setKeep} options={Object.entries(s.keep).map(([of, label]) => ({ value: of, label }))} />
        </Field>
      )}
      <SpanFields span={span} onChange={setSpan} />
    </Dialog>
  );
}

function NameField({ name, isTaken, onChange }: { name: string; isTaken: boolean; onChange: (name: string) => void }) {
  const s = useT().settings.secrets;
  return (
    <Field label={s.name} help={isTaken ? s.nameTaken : s.nameHelp} error={!!name && !SECRET_NAME.test(name) && s.nameWrong}>
      <TextInput className="mono" value={name} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function SpanFields({ span, onChange }: { span: Span; onChange: (span: Span) => void }) {
  const s = useT().settings.secrets;
  return (
    <details className="secret-times">
      <summary>{s.times}</summary>
      <Field label={s.from} help={s.fromHelp}>
        <TextInput type="datetime-local" value={span.from} onChange={(event) => onChange({ ...span, from: event.target.value })} />
      </Field>
      <Field label={s.until} help={s.untilHelp} error={!isRight(span) && s.untilWrong}>
        <TextInput type="datetime-local" value={span.until} onChange={(event) => onChange({ ...span, until: event.target.value })} />
      </Field>
    </details>
  );
}

interface ValueProps {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}

/** Hidden while it is typed, but for keys of several lines, which are pasted. */
function ValueField({ value, onChange, error }: ValueProps) {
  const t = useT();
  const s = t.settings.secrets;
  const [isLong, setLong] = useState(false);
  return (
    <Field
      label={s.value}
      help={s.valueHelp}
      error={error}
      actions={
        <Button size="s" kind="quiet" onClick={() => setLong(!isLong)}>
          {isLong ? s.oneLine : s.multiline}
        </Button>
      }
    >
      {isLong ? (
        <TextArea className="mono" rows={5} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <TextInput type="password" autoComplete="new-password" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
