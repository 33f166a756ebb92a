// One request that came: why it was refused, its headers and body, and the run that it started.
import { useState } from "react";
import { Link } from "wouter";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { reasonText } from "~/lib/reason";
import { Button, Duration, ErrorState, errorText, Icon, JsonView, Skeleton, Status, Tabs, toast } from "~/ui";
import { usePin, useRequest, useRun, type Request } from "./usesData";
import { jsonOf, pinName } from "./listening";

type View = "body" | "headers";

export function ListenEntry({ id }: { id: string }) {
  const t = useT();
  const [view, setView] = useState<View>("body");
  const found = useRequest(id);
  if (found.isPending) return <Skeleton lines={3} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const request = found.data;
  return (
    <div className="listen-entry">
      <Why request={request} />
      {request.run_id && <RunLine id={request.run_id} />}
      <Tabs
        label={t.triggerUses.request}
        tabs={[
          { key: "body", label: t.triggerUses.body },
          { key: "headers", label: t.triggerUses.headers(request.headers?.length ?? 0) },
        ]}
        value={view}
        onChange={setView}
      >
        {view === "body" ? <Body request={request} /> : <Headers request={request} />}
      </Tabs>
      <Actions request={request} />
    </div>
  );
}

/** What was wrong, and which mistake explains it. */
function Why({ request }: { request: Request }) {
  const t = useT();
  const { diagnosis, reason } = request;
  if (!reason && !request.duplicate_of) return null;
  return (
    <div className="listen-why" role="note">
      <Icon name="info" />
      <div>
        {reason && <strong>{t.say(reasonText(reason))}</strong>}
        {request.verdict === "refused" && diagnosis?.code && <p>{t.say(diagnosis.message)}</p>}
        {request.duplicate_of && (
          <p>
            {t.triggerUses.duplicateOf} <Link href={`/requests/${request.duplicate_of}`}>{t.triggerUses.original}</Link>
          </p>
        )}
      </div>
    </div>
  );
}

function RunLine({ id }: { id: string }) {
  const t = useT();
  const run = useRun(id);
  if (!run.data) return null;
  const { status, duration_ms: took, error, nodes = [] } = run.data;
  return (
    <div className="listen-run">
      <div className="listen-run-head">
        <Icon name="play" size={14} />
        <Link href={`/runs/${id}`}>{t.triggerUses.run}</Link>
        <Status status={status} />
        {took !== null && (
          <span className="muted">
            <Duration ms={took} />
          </span>
        )}
      </div>
      {error && <p className="trigger-warning">{t.say(error.message)}</p>}
      <ol className="listen-nodes">
        {nodes
          .filter((node) => node.status !== "skipped")
          .map((node) => (
            <li key={`${node.id}/${node.iteration ?? 0}`}>
              <Status status={node.status} label={node.name || node.id} />
            </li>
          ))}
      </ol>
    </div>
  );
}

function Body({ request }: { request: Request }) {
  const t = useT();
  const json = jsonOf(request.body);
  if (json) return <JsonView value={json.value} label={t.triggerUses.body} openLevels={3} />;
  if (request.body) return <pre className="listen-text">{request.body}</pre>;
  return <p className="muted">{request.body_bytes ? t.triggerUses.bodyIsBinary : t.triggerUses.bodyIsEmpty}</p>;
}

function Headers({ request }: { request: Request }) {
  return (
    <dl className="listen-headers mono">
      {request.headers?.map((header, index) => (
        <div key={index}>
          <dt>{header.name}</dt>
          <dd>{header.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ request }: { request: Request }) {
  const t = useT();
  const canEdit = useCan("editor");
  const pin = usePin(request.workflow.id);
  const name = pinName(request.detail);
  const keep = () =>
    pin.mutate(
      { name, request: request.id },
      { onSuccess: () => toast.ok(t.triggerUses.pinned(name)), onError: (error) => toast.error(errorText(error, t)) },
    );
  return (
    <div className="listen-actions">
      <Link href={`/requests/${request.id}`} className="ui-button ui-button-plain ui-button-s">
        {t.triggerUses.openRequest}
      </Link>
      {canEdit && !request.quarantined && (
        <Button size="s" icon="pin" busy={pin.isPending} onClick={keep}>
          {t.triggerUses.pin}
        </Button>
      )}
    </div>
  );
}
