// A value that is never shown: best a reference to one of the server's secrets. A secret can be made
// on the spot.
import { Suspense, useState } from "react";
import { useCan } from "~/api/session";
import { part } from "~/app/part";
import { useT } from "~/i18n";
import { Button, IconButton, Menu, TextInput, type MenuItem } from "~/ui";
import { useForm } from "./context";
import { FormField, type ControlProps } from "./FormField";
import { useSecretNames } from "./useSuggestions";
import { textOfValue } from "./values";

const { Shown: NewSecret } = part(() => import("./NewSecret"));

const REFERENCE = /^\$\{secrets\.([A-Za-z0-9_-]+)\}$/;

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
      <Suspense>
        {isMaking && (
          <NewSecret
            onClose={() => setMaking(false)}
            onMade={(made) => {
              setMaking(false);
              onChange(`\${secrets.${made}}`);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

export function SecretControl(props: ControlProps) {
  return (
    <FormField {...props} preview={false}>
      <SecretValue {...props} />
    </FormField>
  );
}
