// What is known of a request, at the side.
import { Fragment, type ReactNode } from "react";
import { Link } from "wouter";
import { useLanguage, useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { exactTime } from "~/lib/time";
import type { Request } from "./data";
import { WorkflowLink } from "./WorkflowLink";

type Fact = readonly [ReactNode, ReactNode];

function List({ title, facts }: { title: string; facts: readonly Fact[] }) {
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

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The server's own words for what it checked: what was signed, which entry, skew, the address's rule. */
function detailFacts(detail: unknown): Fact[] {
  if (detail === null || detail === undefined || detail === "") return [];
  if (typeof detail !== "object" || Array.isArray(detail)) return [["", <span className="mono">{plain(detail)}</span>]];
  return Object.entries(detail).map(([name, value]) => [
    <span className="mono">{name}</span>,
    <span className="mono">{plain(value)}</span>,
  ]);
}

export function Facts({ request }: { request: Request }) {
  const t = useT();
  const { language } = useLanguage();
  const triggers: Record<string, string> = t.requests.triggers;
  const link = (href: string, text: string) => <Link href={href}>{text}</Link>;
  const facts: Fact[] = [
    [t.requests.columns.received, exactTime(Date.parse(request.received_at), language)],
    [t.requests.columns.answer, <span className="mono">{request.status}</span>],
    [t.requests.columns.ip, <span className="mono">{request.ip}</span>],
    [t.requests.columns.size, bytes(request.body_bytes)],
    [t.requests.filterWorkflow, <WorkflowLink workflow={request.workflow} />],
    [t.requests.cameBy, triggers[request.trigger] ?? request.trigger],
    [t.requests.run, request.run_id ? link(`/runs/${request.run_id}`, request.run_id) : t.common.none],
  ];
  if (request.order_key !== null) facts.push([t.requests.orderKey, <span className="mono">{request.order_key}</span>]);
  if (request.duplicate_of) facts.push([t.requests.original, link(`/requests/${request.duplicate_of}`, request.duplicate_of)]);
  const checked = detailFacts(request.detail);
  return (
    <aside className="requests-side">
      <List title={t.requests.facts} facts={facts} />
      {checked.length > 0 && <List title={t.requests.checked} facts={checked} />}
    </aside>
  );
}
