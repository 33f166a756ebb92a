// What holds for the whole server: who may use it, with which tokens, and what it has in use.
import type { ComponentType } from "react";
import { Link, useParams } from "wouter";
import { useCan, type Role } from "~/api/session";
import { NotFound } from "~/app/NotFound";
import { Page } from "~/app/Page";
import { useT, type Messages } from "~/i18n";
import { Empty, Icon, type IconName } from "~/ui";
import { About } from "./About";
import { Audit } from "./audit/Audit";
import { Retention } from "./Retention";
import { Secrets } from "./secrets/Secrets";
import { System } from "./System";
import { Tokens } from "./Tokens";
import { Users } from "./users/Users";
import "./Settings.css";

interface Part {
  key: keyof Messages["settings"]["parts"];
  icon: IconName;
  role: Role;
  part: ComponentType;
}

const PARTS: readonly Part[] = [
  { key: "system", icon: "database", role: "viewer", part: System },
  { key: "retention", icon: "history", role: "viewer", part: Retention },
  { key: "secrets", icon: "lock", role: "viewer", part: Secrets },
  { key: "users", icon: "users", role: "owner", part: Users },
  { key: "tokens", icon: "key", role: "owner", part: Tokens },
  { key: "audit", icon: "scroll-text", role: "owner", part: Audit },
  { key: "about", icon: "info", role: "viewer", part: About },
];

export default function Settings() {
  const t = useT();
  const { tab = "system" } = useParams<{ tab?: string }>();
  const isOwner = useCan("owner");
  const shown = PARTS.find(({ key }) => key === tab);
  if (!shown) return <NotFound />;
  const mayShow = isOwner || shown.role !== "owner";
  return (
    <Page title={t.settings.title}>
      <div className="settings">
        <nav className="settings-nav" aria-label={t.settings.title}>
          {PARTS.filter(({ role }) => isOwner || role !== "owner").map(({ key, icon }) => (
            <Link key={key} href={`/settings/${key}`} className="settings-link" aria-current={key === tab ? "page" : undefined}>
              <Icon name={icon} />
              {t.settings.parts[key]}
            </Link>
          ))}
        </nav>
        {mayShow ? <shown.part /> : <Empty icon="lock" title={t.settings.ownersOnly} text={t.app.errors.forbidden} />}
      </div>
    </Page>
  );
}
