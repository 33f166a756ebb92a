// A value that is never shown: best a reference to one of the server's secrets. A secret can be made
// on the spot.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { useCan } from "~/api/session";
import { makeStale } from "~/api/stale";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, IconButton, Menu, TextInput, type MenuItem } from "~/ui";
import { useForm } from "./context";
import { FormField, type ControlProps } from "./FormField";
import { SECRETS_KEY, useSecretNames } from "./Suggestions";
import { textOfValue } from "./values";

const REFERENCE = /^\$\{secrets\.([A-Za-z0-9_-]+)\}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function SecretValue({ field, value, onChange, label }: Omit<ControlProps, "pointer"> & { label?: string }) {
  const t = useT();
  const { readOnly } = useForm();
  const names = useSecretNames(!readOnly);
  const [isMaking, setMaking] = useState(false);
  const isOwner = useCan("owner");
  const text = textOfValue(value);
  const name = REFERENCE.exec(text)?.[1];
  const items: MenuItem[] = [
    ...names.map((one) => ({ label: one, checked: one === name, onSelect: () => onChange(`\${secrets.${one}}`) })),
    // Values are for owners to set.
    ...(names.length && isOwner ? (["separator"] as const) : []),
    ...(isOwner ? [{ label: t.form.newSecret, icon: "plus" as const, onSelect: () => setMaking(true) }] : []),
  ];
  return (
    <div className="form-secret">
      {name ? (
        <span className="form-secret-name">
          <code>{name}</code>
          {!readOnly && <IconButton icon="x" size="s" label={t.form.takeSecretAway} onClick={() => onChange(undefined)} />}
        </span>
      ) : (
        <TextInput
          type={text.includes("${") ? "text" : "password"}
          autoComplete="new-password"
          value={text}
          placeholder={t.form.secretHint}
          aria-label={label ?? field.label}
          readOnly={readOnly}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        />
      )}
      {!readOnly && items.length > 0 && (
        <Menu label={t.form.chooseSecret} items={items} trigger={<Button icon="key">{t.form.chooseSecret}</Button>} />
      )}
      {isMaking && (
        <NewSecret
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            onChange(`\${secrets.${made}}`);
          }}
        />
      )}
    </div>
  );
}

function NewSecret({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    try {
      await call("put", "/api/v1/secrets/{secret}", { path: { secret: name }, body: { value } });
      await makeStale(queries, [SECRETS_KEY[0]]);
      onMade(name);
    } catch (caught) {
      setError(errorText(caught, t));
    }
  };
  const isReady = NAME.test(name) && value !== "";
  return (
    <Dialog
      title={t.form.newSecret}
      width="s"
      onClose={onClose}
      onSubmit={() => isReady && void save()}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!isReady}>
            {t.common.save}
          </Button>
        </>
      }
    >
      <Field label={t.form.secretName} help={t.form.secretNameHelp} error={name && !NAME.test(name) ? t.form.secretNameWrong : error}>
        <TextInput value={name} autoFocus onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t.form.secretValue} help={t.form.secretValueHelp}>
        <TextInput type="password" autoComplete="new-password" value={value} onChange={(event) => setValue(event.target.value)} />
      </Field>
    </Dialog>
  );
}

export function SecretControl(props: ControlProps) {
  return (
    <FormField {...props} preview={false}>
      <SecretValue {...props} />
    </FormField>
  );
}
