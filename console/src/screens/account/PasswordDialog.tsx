import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { PASSWORD_MIN, passwordLength } from "~/screens/sign-in/setup";
import { errorText, Field, toast } from "~/ui";
import { ProofDialog } from "./ProofDialog";

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const change = useApiChange(
    (old: string) => call("put", "/api/v1/session/password", { body: { password: old, new_password: password }, expectSignedOut: true }),
    [keys.session, keys.sessions],
  );
  const isShort = passwordLength(password) < PASSWORD_MIN;
  const submit = (old: string) => {
    setChecked(true);
    if (isShort) return;
    change.mutate(old, {
      onSuccess: () => {
        toast.ok(t.account.passwordChanged);
        onClose();
      },
    });
  };
  return (
    <ProofDialog
      title={t.account.changePassword}
      busy={change.isPending}
      error={change.error && errorText(change.error, t)}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label={t.signIn.newPassword}
        help={t.account.passwordHelp}
        error={isChecked && isShort && t.signIn.passwordShort}
      >
        <PasswordInput autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
    </ProofDialog>
  );
}
