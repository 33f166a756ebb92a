import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { Button, Dialog, errorText, Field, TextInput, toast } from "~/ui";

export function DisableTotp({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const disable = useApiChange(() => {
    const proof = isRecovery ? { recovery_code: code.trim() } : { code: code.trim() };
    return call("post", "/api/v1/session/totp/disable", { body: { password, ...proof }, expectSignedOut: true });
  }, [keys.session]);
  const submit = () =>
    disable.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.account.totpDisabled);
        onClose();
      },
    });
  return (
    <Dialog
      title={t.account.totpDisable}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="danger" busy={disable.isPending}>
            {t.account.totpDisable}
          </Button>
        </>
      }
    >
      <p>{t.account.totpDisableText}</p>
      <Field label={t.account.presentPassword}>
        <PasswordInput autoComplete="current-password" value={password} onChange={setPassword} />
      </Field>
      <Field
        label={isRecovery ? t.signIn.recovery : t.signIn.totp}
        error={disable.error && errorText(disable.error, t)}
        actions={
          <Button size="s" kind="quiet" onClick={() => setRecovery(!isRecovery)}>
            {isRecovery ? t.signIn.useTotp : t.signIn.useRecovery}
          </Button>
        }
      >
        <TextInput className="mono" autoComplete="one-time-code" value={code} onChange={(event) => setCode(event.target.value)} />
      </Field>
    </Dialog>
  );
}
