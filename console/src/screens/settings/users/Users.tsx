import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useSession, type Role, type User } from "~/api/session";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { PASSWORD_MIN, passwordLength } from "~/screens/sign-in/setup";
import { Button, ErrorState, errorText, Field, IconButton, Menu, Section, Skeleton, Status, Table, Time, toast } from "~/ui";
import { AddDialog, type Draft } from "../AddDialog";
import { useChangeUser, UserDialog, type Deed } from "./UserDialogs";

const MOST = 1000;

export function Users() {
  const t = useT();
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ user: User; deed: Deed } | null>(null);
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
    { key: "menu", title: "", width: "52px", render: (row: User) => <UserMenu user={row} onAsk={(deed) => setAsked({ user: row, deed })} /> },
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
      {asked && <UserDialog {...asked} onClose={() => setAsked(null)} />}
    </Section>
  );
}

function UserMenu({ user, onAsk }: { user: User; onAsk: (deed: Deed) => void }) {
  const t = useT();
  const me = useSession().data?.user;
  const change = useChangeUser(user);
  const enable = () =>
    change.mutate(
      { disabled: false },
      { onSuccess: () => toast.ok(t.settings.enabled(user.name)), onError: (error) => toast.error(errorText(error, t)) },
    );
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
          onSelect: () => role !== user.role && onAsk({ kind: "role", role }),
        })),
        "separator",
        { label: t.settings.newPassword, icon: "key", disabled: isMe, onSelect: () => onAsk({ kind: "password" }) },
        { label: t.settings.userSessions, icon: "monitor", disabled: isMe, onSelect: () => onAsk({ kind: "sessions" }) },
        { label: t.settings.resetTotp, icon: "shield", disabled: !user.totp || isMe, onSelect: () => onAsk({ kind: "totp" }) },
        {
          label: user.disabled ? t.settings.enable : t.settings.disable,
          icon: "ban",
          disabled: isMe,
          onSelect: () => (user.disabled ? enable() : onAsk({ kind: "disable" })),
        },
        { label: t.common.remove, icon: "trash", danger: true, disabled: isMe, onSelect: () => onAsk({ kind: "remove" }) },
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
