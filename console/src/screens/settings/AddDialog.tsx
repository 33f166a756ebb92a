import type { ReactNode } from "react";
import type { Role } from "~/api/session";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, Select, TextInput } from "~/ui";

export interface Draft {
  name: string;
  role: Role;
}

interface Props {
  title: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
  error: unknown;
  busy: boolean;
  canSubmit?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children?: ReactNode;
  /** Behind the role. */
  after?: ReactNode;
}

/** Something with a name and a role: a user, a token. */
export function AddDialog({ title, draft, onChange, error, busy, canSubmit = true, onSubmit, onClose, children, after }: Props) {
  const t = useT();
  const roles: Role[] = ["viewer", "editor", "owner"];
  return (
    <Dialog
      title={title}
      width="s"
      onClose={onClose}
      onSubmit={onSubmit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.name || !canSubmit}>
            {title}
          </Button>
        </>
      }
    >
      <Field label={t.settings.name} error={error ? errorText(error, t) : null}>
        <TextInput value={draft.name} onChange={(event) => onChange({ ...draft, name: event.target.value })} />
      </Field>
      {children}
      <Field label={t.account.role} help={t.account.roleText[draft.role]}>
        <Select
          value={draft.role}
          options={roles.map((value) => ({ value, label: t.app.roles[value] }))}
          onChange={(role) => onChange({ ...draft, role: role as Role })}
        />
      </Field>
      {after}
    </Dialog>
  );
}
