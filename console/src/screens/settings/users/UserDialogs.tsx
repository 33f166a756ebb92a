// What is asked before an account of somebody else is changed.
import { useApiChange } from "~/api/change";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import type { Role, User } from "~/api/session";
import { useT, type Messages } from "~/i18n";
import { ConfirmDialog, Dialog, errorText, toast } from "~/ui";
import { SessionList } from "~/screens/account/Sessions";
import { NewPassword } from "./NewPassword";

export type Change = { role?: Schemas["User"]["role"]; disabled?: boolean; totp?: boolean; password?: string };
export type Deed = { kind: "role"; role: Role } | { kind: "password" | "sessions" | "totp" | "disable" | "remove" };

export const useChangeUser = (user: User) =>
  useApiChange(
    (body: Change) => call("patch", "/api/v1/users/{user}", { path: { user: user.id }, body }),
    [keys.users, keys.session, keys.sessions],
  );

interface Props {
  user: User;
  deed: Deed;
  onClose: () => void;
}

export function UserDialog({ user, deed, onClose }: Props) {
  const t = useT();
  if (deed.kind === "password") return <NewPassword user={user} onClose={onClose} />;
  if (deed.kind === "remove") return <RemoveUser user={user} onClose={onClose} />;
  if (deed.kind !== "sessions") return <ConfirmChange user={user} deed={deed} onClose={onClose} />;
  return (
    <Dialog title={t.settings.userSessionsTitle(user.name)} onClose={onClose}>
      <SessionList user={user.name} />
    </Dialog>
  );
}

/** The words of a change, and the change. */
function askedOf(user: User, deed: Deed, t: Messages): { title: string; text: string; action: string; change: Change } {
  const s = t.settings;
  if (deed.kind === "role")
    return {
      title: s.roleTitle(user.name, t.app.roles[deed.role]),
      text: s.roleText(t.account.roleText[deed.role]),
      action: s.changeRole,
      change: { role: deed.role },
    };
  if (deed.kind === "totp")
    return { title: s.resetTotpTitle(user.name), text: s.resetTotpText, action: s.resetTotp, change: { totp: false } };
  return { title: s.disableTitle(user.name), text: s.disableText, action: s.disable, change: { disabled: true } };
}

function ConfirmChange({ user, deed, onClose }: Props) {
  const t = useT();
  const change = useChangeUser(user);
  const { change: body, ...words } = askedOf(user, deed, t);
  return (
    <ConfirmDialog
      {...words}
      danger={deed.kind !== "role"}
      busy={change.isPending}
      onConfirm={() => change.mutate(body, { onSuccess: onClose, onError: (error) => toast.error(errorText(error, t)) })}
      onClose={onClose}
    />
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
