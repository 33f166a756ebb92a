// What every screen is inside: its title, its place, its actions.
import { useEffect, useRef, type ReactNode } from "react";
import { classes } from "~/lib/classes";
import { setCrumbs, type Crumb } from "./crumbs";
import "./Page.css";

interface Props {
  /** The screen's name: heading and window title. */
  title: string;
  hideTitle?: boolean;
  /** What the heading shows in place of the plain title. */
  heading?: ReactNode;
  /** The way here, without the screen itself. */
  crumbs?: readonly Crumb[];
  /** Under the heading, in a line. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** The screen fills the window and scrolls by itself (canvas, split panes). */
  fill?: boolean;
  children: ReactNode;
}

const NO_CRUMBS: readonly Crumb[] = [];
// The first page leaves the focus to the browser.
let isFirst = true;

export function Page({ title, hideTitle, heading, crumbs = NO_CRUMBS, lead, actions, fill, children }: Props) {
  const top = useRef<HTMLHeadingElement>(null);
  const way = JSON.stringify(crumbs);
  useEffect(() => {
    document.title = `${title} · Pawl`;
    setCrumbs([...(JSON.parse(way) as Crumb[]), { title }]);
  }, [title, way]);
  // A new screen is read from its heading on.
  useEffect(() => {
    if (!isFirst) top.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <div className={classes("page", fill && "page-fill")}>
      <header className={classes("page-head", hideTitle && "visually-hidden")}>
        <div className="page-title">
          <h1 ref={top} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {lead && <p className="muted">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
