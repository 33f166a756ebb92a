// Every screen, in the order of the navigation. A screen is loaded when it is opened; what it needs
// to be one is in console/README.md.
import type { ComponentType } from "react";
import type { Messages } from "~/i18n";
import type { IconName } from "~/ui";
import { attempt, part } from "./part";

interface Screen {
  screen: ComponentType;
  /** Loads what it is made of before it is shown. */
  preload: () => Promise<unknown>;
}

export interface ScreenRoute extends Screen {
  path: string;
  /** Given: it stands in the navigation. */
  nav?: {
    icon: IconName;
    title: (t: Messages) => string;
    /** With `g` before it, goes there. */
    key: string;
    /** The paths that count as being there begin so. */
    root: string;
  };
}

function screen(...of: Parameters<typeof part<object>>): Screen {
  const { Shown, preload } = part(...of);
  return { screen: Shown, preload };
}

export const HOME = "/overview";

export const signIn = { path: "/sign-in", ...screen(() => import("~/screens/sign-in/SignIn"), "signIn") };

export const screens: readonly ScreenRoute[] = [
  {
    path: "/overview",
    ...screen(() => import("~/screens/overview/Overview"), "overview"),
    nav: { icon: "chart", title: (t) => t.app.screens.overview, key: "o", root: "/overview" },
  },
  {
    path: "/workflows",
    ...screen(() => import("~/screens/workflows/Workflows"), "workflows"),
    nav: { icon: "workflow", title: (t) => t.app.screens.workflows, key: "w", root: "/workflows" },
  },
  { path: "/workflows/:workflow", ...screen(() => import("~/screens/editor/Editor"), "editor") },
  { path: "/workflows/:name/trigger", ...screen(() => import("~/screens/editor/trigger/TriggerScreen"), "trigger") },
  {
    path: "/runs",
    ...screen(() => import("~/screens/runs/Runs"), "runs"),
    nav: { icon: "activity", title: (t) => t.app.screens.runs, key: "r", root: "/runs" },
  },
  { path: "/runs/:id", ...screen(() => import("~/screens/runs/Run"), "runs") },
  { path: "/runs/:id/compare/:other", ...screen(() => import("~/screens/runs/Compare"), "runs") },
  {
    path: "/requests",
    ...screen(() => import("~/screens/requests/Requests"), "requests"),
    nav: { icon: "inbox", title: (t) => t.app.screens.requests, key: "q", root: "/requests" },
  },
  { path: "/requests/:request", ...screen(() => import("~/screens/requests/RequestDetail"), "requests") },
  {
    path: "/settings/:tab?",
    ...screen(() => import("~/screens/settings/Settings"), "settings", "signIn"),
    nav: { icon: "settings", title: (t) => t.app.screens.settings, key: "s", root: "/settings" },
  },
  { path: "/account", ...screen(() => import("~/screens/account/Account"), "account", "signIn") },
];

/** Does a path of the console belong to such a route? `:name` is one step, `:name?` one or none. */
export function isAt(pattern: string, path: string): boolean {
  const steps = pattern.replace(/\/:\w+\?/g, "(?:/[^/]+)?").replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${steps}/?$`).test(path);
}

/** The screen that the page was opened at, while one asks who is there. */
export function preloadFirst(path: string): void {
  const at = path === "/" ? HOME : path;
  screens.filter((route) => isAt(route.path, at)).forEach(attempt);
}

/** Those that are a click away, when there is nothing else to do. */
export const preloadNavigation = (): void => screens.filter((route) => route.nav).forEach(attempt);
