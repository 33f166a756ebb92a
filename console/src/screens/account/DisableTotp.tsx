import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Button, errorText, Field, TextInput, toast } from "~/ui";
import { ProofDialog } from "./ProofDialog";

export function DisableTotp({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const disable = useApiChange((password: string) => {
    const proof = isRecovery ? { recovery_code: code.trim() } : { code: code.trim() };
    return call("post", "/api/v1/session/totp/disable", { body: { password, ...proof }, expectSignedOut: true });
  }, [keys.session]);
  const submit = (password: string) =>
    disable.mutate(password, {
      onSuccess: () => {
        toast.ok(t.account.totpDisabled);
        onClose();
      },
    });
  return (
    <ProofDialog
      danger
      title={t.account.totpDisable}
      lead={<p>{t.account.totpDisableText}</p>}
      busy={disable.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
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
    </ProofDialog>
  );
}
