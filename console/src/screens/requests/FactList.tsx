import { Fragment, type ReactNode } from "react";

export type Fact = readonly [ReactNode, ReactNode];

/** Names and values, in a card. */
export function FactList({ title, facts }: { title: string; facts: readonly Fact[] }) {
  return (
    <section className="card requests-facts">
      <h2>{title}</h2>
      <dl>
        {facts.map(([name, value], index) => (
          <Fragment key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
