// An owner gives somebody who is locked out another password.
import { useState } from "react";
import type { User } from "~/api/session";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { PASSWORD_MIN, passwordLength } from "~/screens/sign-in/setup";
import { Button, CopyButton, Dialog, errorText, Field, toast } from "~/ui";
import { generatePassword } from "./password";
import { useChangeUser } from "./UserDialogs";

export function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT();
  const [password, setPassword] = useState("");
  const change = useChangeUser(user);
  const submit = () => {
    if (passwordLength(password) < PASSWORD_MIN) return;
    change.mutate(
      { password },
      {
        onSuccess: () => {
          toast.ok(t.settings.passwordSet(user.name));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={t.settings.newPasswordTitle(user.name)}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="primary" disabled={passwordLength(password) < PASSWORD_MIN} busy={change.isPending}>
            {t.settings.setPassword}
          </Button>
        </>
      }
    >
      <p>{t.settings.newPasswordText}</p>
      <Field
        label={t.signIn.newPassword}
        help={t.signIn.passwordHelp}
        error={change.error && errorText(change.error, t)}
        actions={
          <>
            <Button size="s" kind="quiet" onClick={() => setPassword(generatePassword())}>
              {t.settings.generate}
            </Button>
            {password && <CopyButton text={password} />}
          </>
        }
      >
        <PasswordInput autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
    </Dialog>
  );
}
