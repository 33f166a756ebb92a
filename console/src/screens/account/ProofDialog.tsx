// A change of one's own account that the present password proves to be one's own.
import { useState, type ReactNode } from "react";
import { useT } from "~/i18n";
import { PasswordInput } from "~/screens/sign-in/PasswordInput";
import { Button, Dialog, Field } from "~/ui";

interface Props {
  /** Of the dialog, and of the button that does it. */
  title: string;
  danger?: boolean;
  busy: boolean;
  /** Under the password. */
  error?: ReactNode;
  onSubmit: (password: string) => void;
  onClose: () => void;
  /** Above the password. */
  lead?: ReactNode;
  /** What else is asked for. */
  children: ReactNode;
}

export function ProofDialog({ title, danger, busy, error, onSubmit, onClose, lead, children }: Props) {
  const t = useT();
  const [password, setPassword] = useState("");
  return (
    <Dialog
      title={title}
      width="s"
      onClose={onClose}
      onSubmit={() => onSubmit(password)}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={busy}>
            {title}
          </Button>
        </>
      }
    >
      {lead}
      <Field label={t.account.presentPassword} error={error}>
        <PasswordInput autoComplete="current-password" value={password} onChange={setPassword} />
      </Field>
      {children}
    </Dialog>
  );
}
