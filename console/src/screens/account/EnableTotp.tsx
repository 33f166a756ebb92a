import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { download } from "~/lib/download";
import { Button, CopyButton, Dialog, ErrorState, errorText, Field, Skeleton, TextInput } from "~/ui";
import { QrCode } from "./QrCode";

export function EnableTotp({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  // Each call makes another secret: asked for once, and forgotten with the dialog.
  const secret = useQuery({
    queryKey: ["new-totp"],
    queryFn: () => call("post", "/api/v1/session/totp"),
    staleTime: Infinity,
    gcTime: 0,
  });
  const confirm = useApiChange(
    () => call("post", "/api/v1/session/totp/confirm", { body: { code: code.trim() }, expectSignedOut: true }),
    [],
  );
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onClose={onClose} />;
  return (
    <Dialog
      title={t.account.totpEnable}
      onClose={onClose}
      onSubmit={() => confirm.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="primary" disabled={!code.trim()} busy={confirm.isPending}>
            {t.account.totpConfirm}
          </Button>
        </>
      }
    >
      {secret.isPending && <Skeleton />}
      {secret.isError && <ErrorState error={secret.error} onRetry={() => void secret.refetch()} />}
      {secret.data && (
        <div className="totp-setup">
          <QrCode text={secret.data.uri} label={t.account.totpQr} />
          <div>
            <p>{t.account.totpScan}</p>
            <p className="totp-secret">
              <code className="mono">{secret.data.secret}</code>
              <CopyButton text={secret.data.secret} />
            </p>
          </div>
        </div>
      )}
      <Field label={t.signIn.totp} help={t.signIn.totpHelp} error={confirm.error && errorText(confirm.error, t)}>
        <TextInput
          className="mono"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
    </Dialog>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useT();
  const text = codes.join("\n") + "\n";
  // Only now: the section that this dialog is in shows another state afterwards.
  const done = useApiChange(async () => onClose(), [keys.session]);
  return (
    <Dialog
      title={t.account.recoveryTitle}
      onClose={() => done.mutate()}
      footer={
        <>
          <CopyButton withLabel size="m" text={text} />
          <Button icon="download" onClick={() => download("pawl-recovery-codes.txt", text, "text/plain")}>
            {t.account.recoveryDownload}
          </Button>
          <Button kind="primary" onClick={() => done.mutate()}>
            {t.account.recoveryKept}
          </Button>
        </>
      }
    >
      <p>{t.account.recoveryText}</p>
      <ul className="recovery-codes mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Dialog>
  );
}
