// Makes a secret where one is wanted.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { makeStale } from "~/api/stale";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, TextInput } from "~/ui";
import { SECRETS_KEY } from "./useSuggestions";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export default function NewSecret({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
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
