import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useSession, type Role, type User } from "~/api/session";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { passwordLength } from "~/screens/sign-in/setup";
import { Button, ConfirmDialog, ErrorState, errorText, Field, IconButton, Menu, Section, Skeleton, Status, Table, Time, toast } from "~/ui";
import { AddDialog, type Draft } from "./AddDialog";

const MOST = 1000;
const PASSWORD_MIN = 10;
type Change = { role?: Schemas["User"]["role"]; disabled?: boolean; totp?: boolean };

export function Users() {
  const t = useT();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<User | null>(null);
  const users = useQuery({
    queryKey: keys.users,
    queryFn: ({ signal }) => call("get", "/api/v1/users", { query: { limit: MOST }, signal }),
  });
  const columns = [
    { key: "name", title: t.settings.name, width: "minmax(0, 2fr)", render: (row: User) => row.name },
    { key: "role", title: t.account.role, width: "100px", render: (row: User) => t.app.roles[row.role] },
    {
      key: "state",
      title: t.settings.state,
      width: "110px",
      render: (row: User) => (
        <Status status={row.disabled ? "inactive" : "active"} label={row.disabled ? t.settings.disabled : undefined} />
      ),
    },
    { key: "totp", title: t.account.totp, width: "120px", wideOnly: true, render: (row: User) => (row.totp ? t.common.yes : t.common.no) },
    {
      key: "seen",
      title: t.settings.signedIn,
      width: "120px",
      render: (row: User) => (row.signed_in_at ? <Time at={row.signed_in_at} /> : t.common.never),
    },
    { key: "menu", title: "", width: "52px", render: (row: User) => <UserMenu user={row} onRemove={() => setRemoved(row)} /> },
  ];
  return (
    <Section
      title={t.settings.parts.users}
      lead={t.settings.usersLead}
      actions={<Button kind="primary" icon="plus" onClick={() => setAdding(true)}>{t.settings.addUser}</Button>}
    >
      {users.isPending && <Skeleton />}
      {users.isError && <ErrorState error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && <Table label={t.settings.parts.users} columns={columns} rows={users.data.items} rowKey={(row) => row.id} />}
      {isAdding && <AddUser onClose={() => setAdding(false)} />}
      {removed && <RemoveUser user={removed} onClose={() => setRemoved(null)} />}
    </Section>
  );
}

function UserMenu({ user, onRemove }: { user: User; onRemove: () => void }) {
  const t = useT();
  const me = useSession().data?.user;
  const change = useApiChange(
    (body: Change) => call("patch", "/api/v1/users/{user}", { path: { user: user.id }, body }),
    [keys.users, keys.session],
  );
  const set = (body: Change) => change.mutate(body, { onError: (error) => toast.error(errorText(error, t)) });
  const label = t.settings.actionsFor(user.name);
  const roles: Role[] = ["viewer", "editor", "owner"];
  // One's own account is nothing to be locked out of by a slip.
  const isMe = me?.id === user.id;
  return (
    <Menu
      label={label}
      trigger={<IconButton size="s" icon="more-horizontal" label={label} />}
      items={[
        { heading: t.account.role },
        ...roles.map((role) => ({
          label: t.app.roles[role],
          checked: role === user.role,
          disabled: isMe,
          onSelect: () => set({ role }),
        })),
        "separator",
        { label: t.settings.resetTotp, icon: "shield", disabled: !user.totp || isMe, onSelect: () => set({ totp: false }) },
        {
          label: user.disabled ? t.settings.enable : t.settings.disable,
          icon: "ban",
          disabled: isMe,
          onSelect: () => set({ disabled: !user.disabled }),
        },
        { label: t.common.remove, icon: "trash", danger: true, disabled: isMe, onSelect: onRemove },
      ]}
    />
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState<Draft>({ name: "", role: "viewer" });
  const [password, setPassword] = useState("");
  const add = useApiChange(() => call("post", "/api/v1/users", { body: { ...draft, password } }), [keys.users]);
  return (
    <AddDialog
      title={t.settings.addUser}
      draft={draft}
      onChange={setDraft}
      error={add.error}
      busy={add.isPending}
      canSubmit={passwordLength(password) >= PASSWORD_MIN}
      onSubmit={() => add.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Field label={t.signIn.password} help={t.signIn.passwordHelp}>
        <PasswordInput autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
    </AddDialog>
  );
}

function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT();
  const remove = useApiChange(() => call("delete", "/api/v1/users/{user}", { path: { user: user.id } }), [keys.users]);
  return (
    <ConfirmDialog
      danger
      title={t.settings.removeName(user.name)}
      text={t.settings.removeUserText}
      action={t.common.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose, onError: (error) => toast.error(errorText(error, t)) })}
      onClose={onClose}
    />
  );
}
