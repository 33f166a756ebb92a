// Navigation at the side, the way and the tools above, the screen in the rest.
import { Suspense, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useLiveState } from "~/api/live";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Button, Icon, IconButton, Tooltip } from "~/ui";
import { AccountMenu, LanguageMenu, ThemeMenu } from "./menus";
import { CommandPalette } from "./CommandPalette";
import { useCrumbs } from "./crumbs";
import { Keys } from "./Keys";
import { Logo } from "./Logo";
import { part } from "./part";
import { HOME, screens, type ScreenRoute } from "./routes";
import { useShortcut, useShortcutListener } from "./shortcuts";
import "./Layout.css";

const { Shown: ShortcutSheet } = part<{ onClose: () => void }>(() => import("./ShortcutSheet"));

type NavRoute = ScreenRoute & { nav: NonNullable<ScreenRoute["nav"]> };
const navRoutes = screens.filter((route): route is NavRoute => !!route.nav);

function NavItem({ route }: { route: NavRoute }) {
  const t = useT();
  const [path, go] = useLocation();
  const title = route.nav.title(t);
  const isHere = path === route.nav.root || path.startsWith(`${route.nav.root}/`);
  useShortcut({ keys: `g ${route.nav.key}`, label: title, group: t.app.commands.go }, () => go(route.path));
  return (
    <li>
      <Tooltip text={title} side="right">
        <Link href={route.path} className={classes("nav-item", isHere && "nav-item-here")} aria-current={isHere ? "page" : undefined}>
          <Icon name={route.nav.icon} size={18} />
          <span className="nav-text">{title}</span>
        </Link>
      </Tooltip>
    </li>
  );
}

function Navigation() {
  const t = useT();
  return (
    <nav className="nav" aria-label={t.app.navigation}>
      <Link href={HOME} className="nav-logo" aria-label="Pawl">
        <Logo size={26} />
        <span className="nav-text">Pawl</span>
      </Link>
      <ul className="nav-list">
        {navRoutes.map((route) => (
          <NavItem key={route.path} route={route} />
        ))}
      </ul>
    </nav>
  );
}

function Breadcrumbs() {
  const t = useT();
  const crumbs = useCrumbs();
  return (
    <nav aria-label={t.app.breadcrumbs} className="crumbs">
      <ol className="crumbs-list">
        {crumbs.map((crumb, index) => (
          <li key={index} aria-current={index === crumbs.length - 1 ? "page" : undefined}>
            {crumb.href ? <Link href={crumb.href}>{crumb.title}</Link> : crumb.title}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** After a moment, so that a short interruption does not flicker (by CSS). */
function ConnectionBanner() {
  const t = useT();
  const isLost = useLiveState() === "lost";
  return (
    <div className="banner-place" role="status">
      {isLost && (
        <div className="banner">
          <span className="ui-spinner" aria-hidden />
          {t.app.reconnecting}
        </div>
      )}
    </div>
  );
}

export function Layout({ children }: { children: ReactNode }) {
  const t = useT();
  const [open, setOpen] = useState<"palette" | "sheet" | null>(null);
  const general = t.app.shortcuts.general;
  useShortcutListener();
  useShortcut({ keys: "mod+k", label: t.app.shortcuts.palette, group: general, whileTyping: true }, () => setOpen("palette"));
  useShortcut({ keys: "?", label: t.app.shortcuts.open, group: general }, () => setOpen("sheet"));
  useShortcut({ keys: "/", label: t.app.shortcuts.search, group: general }, () =>
    document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus(),
  );
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t.app.skip}
      </a>
      <Navigation />
      <header className="bar">
        <Breadcrumbs />
        <Button className="bar-search" icon="search" onClick={() => setOpen("palette")}>
          <span className="bar-search-text">{t.app.commands.open}</span>
          <Keys keys="mod+k" />
        </Button>
        <IconButton icon="help" label={t.app.shortcuts.title} onClick={() => setOpen("sheet")} />
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu />
      </header>
      <main id="main" className="main" tabIndex={-1}>
        <ConnectionBanner />
        {children}
      </main>
      {open === "palette" && <CommandPalette onClose={() => setOpen(null)} />}
      <Suspense>
        {open === "sheet" && <ShortcutSheet onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}
