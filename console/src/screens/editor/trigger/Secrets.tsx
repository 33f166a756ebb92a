// The secrets that the trigger's settings name: whether they are there, and a place to put one in.
import { useState } from "react";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Button, errorText, Icon, Skeleton, TextInput, Time, toast } from "~/ui";
import { useSaveSecret, useSecrets } from "./data";

export function Secrets({ names }: { names: readonly string[] }) {
  const t = useT();
  const secrets = useSecrets(names.length > 0);
  if (!names.length) return null;
  if (secrets.isPending) return <Skeleton lines={names.length} />;
  // A viewer may not see the list: the names alone say nothing new.
  if (secrets.isError) return null;
  return (
    <section className="trigger-secrets" aria-label={t.trigger.secrets}>
      {names.map((name) => {
        const found = secrets.data.items.find((secret) => secret.name === name);
        return (
          <SecretRow key={name} name={name} since={found?.versions[0]?.created_at ?? null} lastUsed={found?.versions[0]?.last_used_at ?? null} />
        );
      })}
    </section>
  );
}

interface RowProps {
  name: string;
  since: string | null;
  lastUsed: string | null;
}

/** Puts the value in; `onSaved` when it is there. */
function useValue(name: string, onSaved: () => void) {
  const t = useT();
  const [value, setValue] = useState("");
  const save = useSaveSecret();
  const submit = () =>
    save.mutate(
      { name, value },
      {
        onSuccess: () => {
          toast.ok(t.trigger.secretSaved(name));
          setValue("");
          onSaved();
        },
        onError: (error) => toast.error(errorText(error, t)),
      },
    );
  return { value, setValue, submit, isSaving: save.isPending };
}

function SecretRow({ name, since, lastUsed }: RowProps) {
  const t = useT();
  const canSet = useCan("owner");
  const [isOpen, setOpen] = useState(false);
  const { value, setValue, submit, isSaving } = useValue(name, () => setOpen(false));
  const isThere = since !== null;
  return (
    <form
      className="trigger-secret"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="trigger-secret-head">
        <Icon name={isThere ? "lock" : "triangle"} size={14} />
        <code>{name}</code>
        <Standing isThere={isThere} lastUsed={lastUsed} />
        {isThere && canSet && !isOpen && (
          <Button size="s" kind="quiet" onClick={() => setOpen(true)}>
            {t.trigger.secretReplace}
          </Button>
        )}
      </div>
      {canSet && (isOpen || !isThere) && (
        <div className="trigger-secret-form">
          <TextInput
            type="password"
            autoComplete="new-password"
            autoFocus={isOpen}
            aria-label={t.trigger.secretValue(name)}
            placeholder={t.trigger.secretPlaceholder}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
          <Button type="submit" disabled={!value} busy={isSaving}>
            {t.trigger.secretSave}
          </Button>
          {isOpen && (
            <Button kind="quiet" onClick={() => setOpen(false)}>
              {t.common.cancel}
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

/** Whether it is there, and in use. */
function Standing({ isThere, lastUsed }: { isThere: boolean; lastUsed: string | null }) {
  const t = useT();
  return (
    <span className={isThere ? "muted" : "trigger-warning"}>
      {!isThere && t.trigger.secretMissing}
      {isThere && !lastUsed && t.trigger.secretUnused}
      {lastUsed && (
        <>
          {t.trigger.secretUsed} <Time at={lastUsed} />
        </>
      )}
    </span>
  );
}
