// Every screen, in the order of the navigation. A screen is loaded when it is opened; what it needs
// to be one is in console/README.md.
import { lazy, type ComponentType } from "react";
import type { Messages } from "~/i18n";
import type { IconName } from "~/ui";

export interface ScreenRoute {
  path: string;
  screen: ComponentType;
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

export const HOME = "/overview";

export const signIn = { path: "/sign-in", screen: lazy(() => import("~/screens/sign-in/SignIn")) };

export const screens: readonly ScreenRoute[] = [
  {
    path: "/overview",
    screen: lazy(() => import("~/screens/overview/Overview")),
    nav: { icon: "chart", title: (t) => t.app.screens.overview, key: "o", root: "/overview" },
  },
  {
    path: "/workflows",
    screen: lazy(() => import("~/screens/workflows/Workflows")),
    nav: { icon: "workflow", title: (t) => t.app.screens.workflows, key: "w", root: "/workflows" },
  },
  { path: "/workflows/:workflow", screen: lazy(() => import("~/screens/editor/Editor")) },
  { path: "/workflows/:name/trigger", screen: lazy(() => import("~/screens/editor/trigger/TriggerScreen")) },
  {
    path: "/runs",
    screen: lazy(() => import("~/screens/runs/Runs")),
    nav: { icon: "activity", title: (t) => t.app.screens.runs, key: "r", root: "/runs" },
  },
  { path: "/runs/:id", screen: lazy(() => import("~/screens/runs/Run")) },
  { path: "/runs/:id/compare/:other", screen: lazy(() => import("~/screens/runs/Compare")) },
  {
    path: "/requests",
    screen: lazy(() => import("~/screens/requests/Requests")),
    nav: { icon: "inbox", title: (t) => t.app.screens.requests, key: "q", root: "/requests" },
  },
  { path: "/requests/:request", screen: lazy(() => import("~/screens/requests/RequestDetail")) },
  {
    path: "/settings/:tab?",
    screen: lazy(() => import("~/screens/settings/Settings")),
    nav: { icon: "settings", title: (t) => t.app.screens.settings, key: "s", root: "/settings" },
  },
  { path: "/account", screen: lazy(() => import("~/screens/account/Account")) },
];
