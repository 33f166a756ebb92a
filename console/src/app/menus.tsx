// The menus of the bar above: language, theme, account.
import { useLocation } from "wouter";
import { useSession, useSessionActions } from "~/api/session";
import { LANGUAGES, useLanguage, useT } from "~/i18n";
import { setTheme, useThemeChoice, type ThemeChoice } from "~/theme/theme";
import { errorText, IconButton, Menu, toast, type IconName } from "~/ui";

export function LanguageMenu() {
  const t = useT();
  const { language, setLanguage } = useLanguage();
  return (
    <Menu
      label={t.app.language}
      trigger={<IconButton icon="languages" label={t.app.language} />}
      items={LANGUAGES.map(({ code, name }) => ({
        label: name,
        checked: code === language,
        onSelect: () => setLanguage(code),
      }))}
    />
  );
}

const THEME_ICONS: Record<ThemeChoice, IconName> = { light: "sun", dark: "moon", system: "monitor" };

export function ThemeMenu() {
  const t = useT();
  const choice = useThemeChoice();
  const choices = Object.keys(THEME_ICONS) as ThemeChoice[];
  return (
    <Menu
      label={t.app.theme}
      trigger={<IconButton icon={THEME_ICONS[choice]} label={t.app.theme} />}
      items={choices.map((theme) => ({
        label: t.app.themes[theme],
        icon: THEME_ICONS[theme],
        checked: theme === choice,
        onSelect: () => setTheme(theme),
      }))}
    />
  );
}

export function AccountMenu() {
  const t = useT();
  const user = useSession().data?.user;
  const { signOut } = useSessionActions();
  const [, go] = useLocation();
  if (!user) return null;
  return (
    <Menu
      label={t.app.account}
      trigger={<IconButton icon="user" label={t.app.account} />}
      items={[
        { heading: `${user.name} · ${t.app.roles[user.role]}` },
        { label: t.app.ownAccount, icon: "user", onSelect: () => go("/account") },
        {
          label: t.app.signOut,
          icon: "log-out",
          onSelect: () => void signOut().catch((error: unknown) => toast.error(errorText(error, t))),
        },
      ]}
    />
  );
}
