// One's own account: who one is, how one signs in, and where one has.
import { useSession, type User } from "~/api/session";
import { Page } from "~/app/Page";
import { LANGUAGES, useLanguage, useT } from "~/i18n";
import { setTheme, useThemeChoice, type ThemeChoice } from "~/theme/theme";
import { Badge, Button, Facts, Field, Section, Select, Time } from "~/ui";
import { useState } from "react";
import { PasswordDialog } from "./PasswordDialog";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import "./Account.css";

export default function Account() {
  const t = useT();
  const user = useSession().data?.user;
  if (!user) return null;
  return (
    <Page title={t.account.title} lead={t.account.lead}>
      <div className="account">
        <Who user={user} />
        <SecondFactor user={user} />
        <Sessions />
        <Display />
      </div>
    </Page>
  );
}

function Who({ user }: { user: User }) {
  const t = useT();
  const [isChanging, setChanging] = useState(false);
  return (
    <Section
      title={user.name}
      actions={
        <Button icon="key" onClick={() => setChanging(true)}>
          {t.account.changePassword}
        </Button>
      }
    >
      <Facts
        facts={[
          [t.account.role, <Badge tone="accent">{t.app.roles[user.role]}</Badge>],
          [t.account.mayDo, t.account.roleText[user.role]],
          [t.account.since, <Time at={user.created_at} />],
          [t.account.failures, user.failed_at ? <>{user.failures} · <Time at={user.failed_at} /></> : t.common.none],
        ]}
      />
      {isChanging && <PasswordDialog onClose={() => setChanging(false)} />}
    </Section>
  );
}

function Display() {
  const t = useT();
  const { language, setLanguage } = useLanguage();
  const theme = useThemeChoice();
  return (
    <Section title={t.account.display} lead={t.account.displayLead}>
      <div className="account-display">
        <Field label={t.app.language}>
          <Select
            value={language}
            options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(code) => setLanguage(code as typeof language)}
          />
        </Field>
        <Field label={t.app.theme}>
          <Select
            value={theme}
            options={Object.entries(t.app.themes).map(([value, label]) => ({ value, label }))}
            onChange={(value) => setTheme(value as ThemeChoice)}
          />
        </Field>
      </div>
    </Section>
  );
}
