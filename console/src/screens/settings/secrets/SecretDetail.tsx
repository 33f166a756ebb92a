// One secret: its versions, and the workflows that refer to it.
import { useState } from "react";
import { Link } from "wouter";
import type { Schemas } from "~/api/client";
import { useCan } from "~/api/session";
import { useT, type Messages } from "~/i18n";
import { Badge, Button, ConfirmDialog, ErrorState, errorText, IconButton, Section, Skeleton, Time, toast } from "~/ui";
import { useRemoveSecret, useSecretUses } from "./data";
import { StateBadge } from "./Secrets";
import { SetDialog } from "./SetDialog";
import { stateOf, type Secret, type Version } from "./versions";

interface Props {
  secret: Secret;
  onClose: () => void;
}

export function SecretDetail({ secret, onClose }: Props) {
  const t = useT();
  const s = t.settings.secrets;
  const isOwner = useCan("owner");
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Version | "all" | null>(null);
  return (
    <Section
      title={secret.name}
      lead={<code className="mono">{`\${secrets.${secret.name}}`}</code>}
      actions={
        <>
          {isOwner && (
            <>
              <Button icon="plus" onClick={() => setAdding(true)}>
                {s.newVersion}
              </Button>
              <Button icon="trash" onClick={() => setRemoved("all")}>
                {t.common.remove}
              </Button>
            </>
          )}
          <IconButton icon="x" label={s.close} onClick={onClose} />
        </>
      }
    >
      <div className="secret-parts">
        <div>
          <h3>{s.versions}</h3>
          <ul className="secret-list">
            {secret.versions.map((version) => (
              <VersionRow key={version.id} version={version} onRemove={isOwner && secret.versions.length > 1 ? setRemoved : null} />
            ))}
          </ul>
        </div>
        <Uses secret={secret.name} />
      </div>
      {isAdding && <SetDialog name={secret.name} names={[]} onClose={() => setAdding(false)} />}
      {removed && <RemoveDialog secret={secret.name} removed={removed} onClose={() => setRemoved(null)} />}
    </Section>
  );
}

function VersionRow({ version, onRemove }: { version: Version; onRemove: ((version: Version) => void) | null }) {
  const t = useT();
  const s = t.settings.secrets;
  return (
    <li className="secret-version">
      <StateBadge state={stateOf(version, Date.now())} />
      <div>
        <span>
          {s.version} <Time at={version.created_at} />
        </span>
        <span className="muted">
          {version.not_before && (
            <>
              <At word={s.begins} at={version.not_before} />
              {" · "}
            </>
          )}
          {version.not_after ? <At word={s.ends} at={version.not_after} /> : s.endsNever}
          {" · "}
          {version.last_used_at ? <At word={s.used} at={version.last_used_at} /> : s.usedNever}
        </span>
      </div>
      {onRemove && <IconButton size="s" icon="trash" label={s.removeVersion} onClick={() => onRemove(version)} />}
    </li>
  );
}

function At({ word, at }: { word: string; at: string }) {
  return (
    <>
      {word} <Time at={at} />
    </>
  );
}

/** Where a use stands, if not in both the draft and what is in force. */
function placeOf(use: Schemas["SecretUse"], t: Messages): string | null {
  if (use.active && use.draft) return null;
  return use.draft ? t.settings.secrets.inDraft : t.settings.secrets.inActive;
}

function Uses({ secret }: { secret: string }) {
  const t = useT();
  const uses = useSecretUses(secret);
  return (
    <div>
      <h3>{t.settings.secrets.uses}</h3>
      {uses.isPending && <Skeleton lines={2} />}
      {uses.isError && <ErrorState error={uses.error} onRetry={() => void uses.refetch()} />}
      {uses.data?.length === 0 && <p className="muted">{t.settings.secrets.usesNone}</p>}
      <ul className="secret-list">
        {uses.data?.map((use) => {
          const place = placeOf(use, t);
          return (
            <li key={use.workflow_id} className="secret-use">
              <Link href={`/workflows/${use.workflow_id}`}>{use.name}</Link>
              {place && <Badge>{place}</Badge>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function RemoveDialog({ secret, removed, onClose }: { secret: string; removed: Version | "all"; onClose: () => void }) {
  const t = useT();
  const s = t.settings.secrets;
  const remove = useRemoveSecret();
  const names = useSecretUses(secret).data?.map((use) => use.name) ?? [];
  const isAll = removed === "all";
  const confirm = () =>
    remove.mutate(
      { secret, version: isAll ? undefined : removed.id },
      {
        onSuccess: () => {
          if (isAll) toast.ok(s.removed(secret));
          onClose();
        },
        onError: (error) => toast.error(errorText(error, t)),
      },
    );
  return (
    <ConfirmDialog
      danger
      title={isAll ? s.remove(secret) : s.removeVersion}
      text={
        <>
          {isAll && names.length > 0 && <p>{s.removeUsed(names.join(", "))}</p>}
          <p>{isAll ? s.removeText : s.removeVersionText}</p>
        </>
      }
      action={t.common.remove}
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
