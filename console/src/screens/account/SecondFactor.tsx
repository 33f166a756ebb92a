// The second factor: an authenticator's codes, put in force by the first of them.
import { useState } from "react";
import type { User } from "~/api/session";
import { useT } from "~/i18n";
import { Button, Section, Status } from "~/ui";
import { DisableTotp } from "./DisableTotp";
import { EnableTotp } from "./EnableTotp";

export function SecondFactor({ user }: { user: User }) {
  const t = useT();
  const [open, setOpen] = useState<"enable" | "disable" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section
      title={t.account.totp}
      lead={t.account.totpLead}
      actions={
        user.totp ? (
          <Button onClick={() => setOpen("disable")}>{t.account.totpDisable}</Button>
        ) : (
          <Button icon="shield" onClick={() => setOpen("enable")}>
            {t.account.totpEnable}
          </Button>
        )
      }
    >
      <Status
        status={user.totp ? "active" : "inactive"}
        label={user.totp ? t.account.totpOn(user.recovery_codes) : t.account.totpOff}
      />
      {open === "enable" && <EnableTotp onClose={close} />}
      {open === "disable" && <DisableTotp onClose={close} />}
    </Section>
  );
}
