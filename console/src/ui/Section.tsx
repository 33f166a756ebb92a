// A part of a page with a heading of its own, in a frame.
import { useId, type ReactNode } from "react";
import "./Section.css";

interface Props {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

export function Section({ title, lead, actions, children }: Props) {
  const id = useId();
  return (
    <section className="ui-section" aria-labelledby={id}>
      <header className="ui-section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead && <p className="muted">{lead}</p>}
        </div>
        {actions && <div className="ui-section-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and what they are. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="ui-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
