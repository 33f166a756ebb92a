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

export function SetDialog({ name: present, names, onClose, onDone }: Props) {
  const t = useT();
  const s = t.settings.secrets;
  const [name, setName] = useState(present ?? "");
  const [value, setValue] = useState("");
  const [keep, setKeep] = useState(present ? "24h" : "");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const set = useSetSecret();
  const isName = SECRET_NAME.test(name);
  const isNewVersion = !!present || names.includes(name);
  const isRight = isWindow(isoOfInput(from), isoOfInput(until), Date.now());
  const submit = () => {
    if (!isName || !value || !isRight) return;
    set.mutate(
      {
        secret: name,
        value,
        keep_old: isNewVersion && keep ? keep : undefined,
        not_before: isoOfInput(from) || undefined,
        not_after: isoOfInput(until) || undefined,
      },
      {
        onSuccess: () => {
          toast.ok(s.saved(name));
          onDone?.(name);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={present ? s.addTo(present) : s.add}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="primary" disabled={!isName || !value || !isRight} busy={set.isPending}>
            {t.common.save}
          </Button>
        </>
      }
    >
      {!present && (
        <Field label={s.name} help={names.includes(name) ? s.nameTaken : s.nameHelp} error={!!name && !isName && s.nameWrong}>
          <TextInput className="mono" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      )}
      <ValueField value={value} onChange={setValue} error={set.error && errorText(set.error, t)} />
      {isNewVersion && (
        <Field label={s.keepOld} help={s.keepOldHelp}>
          <Select value={keep} onChange={setKeep} options={Object.entries(s.keep).map(([of, label]) => ({ value: of, label }))} />
        </Field>
      )}
      <details className="secret-times">
        <summary>{s.times}</summary>
        <Field label={s.from} help={s.fromHelp}>
          <TextInput type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
        </Field>
        <Field label={s.until} help={s.untilHelp} error={!isRight && s.untilWrong}>
          <TextInput type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
      </details>
    </Dialog>
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
