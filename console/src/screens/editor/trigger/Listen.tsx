// Watches the workflow's URL: every request to it, as it comes, with what became of it.
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useLive, useLiveState } from "~/api/live";
import { useT } from "~/i18n";
import { isNewer } from "~/lib/ids";
import { classes } from "~/lib/classes";
import { ErrorState, Icon, Skeleton, Status, Time } from "~/ui";
import { bytes } from "~/lib/bytes";
import { reasonWord } from "~/lib/reason";
import { useLastRequests, type Request } from "./usesData";
import { ListenEntry } from "./ListenEntry";
import type { Workflow } from "./types";
import "./Listen.css";

const SHOWN = 20;

interface Props {
  workflow: Workflow;
  /** The URL that is watched. */
  url: string;
  onRun?: (id: string) => void;
}

export default function Listen({ workflow, url, onRun }: Props) {
  const t = useT();
  const requests = useLastRequests(workflow.id, SHOWN);
  const [open, setOpen] = useState<string | null>(null);
  // What was there when we began to listen; what comes after it is news.
  const since = useRef<string | null>(null);
  const items = requests.data?.items;
  useEffect(() => {
    if (items && since.current === null) since.current = items[0]?.id ?? "0";
  }, [items]);
  useLive("request", (request) => {
    if (request.workflow_id === workflow.id) setOpen(request.id);
  });
  const newest = items?.[0];
  const startedRun = newest && since.current !== null && isNewer(newest.id, since.current) ? newest.run_id : null;
  const show = useRef(onRun);
  show.current = onRun;
  useEffect(() => {
    if (startedRun) show.current?.(startedRun);
  }, [startedRun]);
  const isNew = (request: Request) => since.current !== null && isNewer(request.id, since.current);

  return (
    <div className="listen">
      <Waiting url={url} isReady={!!items} hasNews={!!items?.[0] && isNew(items[0])} />
      {requests.isPending && <Skeleton lines={4} />}
      {requests.isError && <ErrorState error={requests.error} onRetry={() => void requests.refetch()} />}
      {items && items.length > 0 && (
        <>
          <ul className="listen-list" aria-label={t.triggerUses.requests}>
            {items.map((request) => (
              <Row
                key={request.id}
                request={request}
                isNew={isNew(request)}
                isOpen={open === request.id}
                onToggle={() => setOpen(open === request.id ? null : request.id)}
              />
            ))}
          </ul>
          <Link href={`/requests?workflow=${encodeURIComponent(workflow.name)}`}>{t.triggerUses.allRequests}</Link>
        </>
      )}
    </div>
  );
}

/** It says so only once we know what was there before: whatever comes from then on is told as new. */
function Waiting({ url, isReady, hasNews }: { url: string; isReady: boolean; hasNews: boolean }) {
  const t = useT();
  const state = useLiveState();
  const isOpen = state === "open" && isReady;
  return (
    <div className={classes("listen-waiting", isOpen && "listen-waiting-live")}>
      <span className="listen-pulse" aria-hidden>
        <Icon name="radio" size={20} />
      </span>
      <div>
        <strong role="status">{!isOpen ? t.triggerUses.listenConnecting : hasNews ? t.triggerUses.listenNext : t.triggerUses.listenWaiting}</strong>
        <p className="muted mono listen-url">{url}</p>
      </div>
    </div>
  );
}

interface RowProps {
  request: Request;
  isNew: boolean;
  isOpen: boolean;
  onToggle: () => void;
}

function Row({ request, isNew, isOpen, onToggle }: RowProps) {
  const t = useT();
  return (
    <li className={classes("listen-item", isNew && "listen-item-new")}>
      <button type="button" className="listen-row" aria-expanded={isOpen} onClick={onToggle}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
        <Status status={request.verdict} />
        <span className="listen-status mono">{request.status}</span>
        <span className="listen-what">
          <span className="mono">{request.method}</span>
          <span className="muted">{request.reason ? t.say(reasonWord(request.reason)) : `${bytes(request.body_bytes)} · ${request.ip}`}</span>
        </span>
        {isNew && <span className="visually-hidden">{t.triggerUses.isNew}</span>}
        <span className="muted">
          <Time at={request.received_at} />
        </span>
      </button>
      {isOpen && <ListenEntry id={request.id} />}
    </li>
  );
}
