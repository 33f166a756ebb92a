// What is known of a request, at the side.
import { Link } from "wouter";
import { useLanguage, useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { exactTime } from "~/lib/time";
import { Checks } from "./Checks";
import type { Request } from "./data";
import { FactList, type Fact } from "./FactList";
import { WorkflowLink } from "./WorkflowLink";

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** What stands in Checks already. */
const CHECKED = new Set(["auth", "entry", "scheme"]);

/** What the request said of itself: its delivery's id, event, time. */
function detailFacts(detail: unknown): Fact[] {
  if (detail === null || detail === undefined || detail === "") return [];
  if (typeof detail !== "object" || Array.isArray(detail)) return [["", <span className="mono">{plain(detail)}</span>]];
  return Object.entries(detail).filter(([name]) => !CHECKED.has(name)).map(([name, value]) => [
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
  const told = detailFacts(request.detail);
  return (
    <aside className="requests-side">
      <FactList title={t.requests.facts} facts={facts} />
      <Checks request={request} />
      {told.length > 0 && <FactList title={t.requests.saidItself} facts={told} />}
    </aside>
  );
}
