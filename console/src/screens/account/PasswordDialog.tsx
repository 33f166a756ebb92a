import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { passwordLength } from "~/screens/sign-in/setup";
import { Button, Dialog, errorText, Field, toast } from "~/ui";

const PASSWORD_MIN = 10;

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const change = useApiChange(
    () => call("put", "/api/v1/session/password", { body: { password: old, new_password: password }, expectSignedOut: true }),
    [keys.session, keys.sessions],
  );
  const isShort = passwordLength(password) < PASSWORD_MIN;
  const submit = () => {
    setChecked(true);
    if (isShort) return;
    change.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.account.passwordChanged);
        onClose();
      },
    });
  };
  return (
    <Dialog
      title={t.account.changePassword}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="primary" busy={change.isPending}>
            {t.account.changePassword}
          </Button>
        </>
      }
    >
      <Field label={t.account.presentPassword} error={change.error && errorText(change.error, t)}>
        <PasswordInput autoComplete="current-password" value={old} onChange={setOld} />
      </Field>
      <Field
        label={t.signIn.newPassword}
        help={t.account.passwordHelp}
        error={isChecked && isShort && t.signIn.passwordShort}
      >
        <PasswordInput autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
    </Dialog>
  );
}
