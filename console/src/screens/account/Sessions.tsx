// Browsers in which somebody is signed in: one's own, or those of a user whom an owner looks after.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Badge, Button, ConfirmDialog, ErrorState, errorText, Icon, Section, Skeleton, Time, toast } from "~/ui";
import { browserName } from "./browser";
import "./Sessions.css";

type SessionInfo = Schemas["SessionInfo"];
/** Nobody has more than 50. */
const MOST = 50;

/** Without a user: one's own. */
function useSessions(user?: string) {
  return useQuery({
    queryKey: user === undefined ? keys.sessions : [...keys.sessions, user],
    queryFn: ({ signal }) => call("get", "/api/v1/sessions", { query: { limit: MOST, user }, signal }),
  });
}

export function Sessions() {
  const t = useT();
  const rows = useSessions().data?.items ?? [];
  return (
    <Section title={t.account.sessions} lead={t.account.sessionsLead} actions={rows.length > 1 && <EndAll action={t.account.endOthers} />}>
      <SessionList />
    </Section>
  );
}

export function SessionList({ user }: { user?: string }) {
  const t = useT();
  const sessions = useSessions(user);
  const [ending, setEnding] = useState<SessionInfo | null>(null);
  const rows = sessions.data?.items ?? [];
  return (
    <>
      {sessions.isPending && <Skeleton />}
      {sessions.isError && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.data && rows.length === 0 && <p className="muted">{t.settings.noSessions}</p>}
      <ul className="session-list">
        {rows.map((session) => (
          <Row key={session.id} session={session} onEnd={() => setEnding(session)} />
        ))}
      </ul>
      {user !== undefined && rows.length > 1 && (
        <div>
          <EndAll action={t.account.endAll} user={user} />
        </div>
      )}
      {ending && <EndOne session={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

/** All of a user's; of one's own, all but this one. */
function EndAll({ action, user }: { action: string; user?: string }) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const end = useApiChange(() => call("delete", "/api/v1/sessions", { query: { user } }), [keys.sessions]);
  const confirm = () =>
    end.mutate(undefined, {
      onSuccess: () => setAsking(false),
      onError: (error) => toast.error(errorText(error, t)),
    });
  return (
    <>
      <Button icon="log-out" onClick={() => setAsking(true)}>
        {action}
      </Button>
      {isAsking && (
        <ConfirmDialog
          danger
          title={action}
          text={user === undefined ? t.account.endOthersText : t.account.endAllText}
          action={action}
          busy={end.isPending}
          onConfirm={confirm}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function EndOne({ session, onClose }: { session: SessionInfo; onClose: () => void }) {
  const t = useT();
  const end = useApiChange(
    () => call("delete", "/api/v1/sessions/{session}", { path: { session: session.id } }),
    [keys.sessions],
  );
  return (
    <ConfirmDialog
      danger
      title={t.account.endSessionTitle}
      text={t.account.endSessionText(browserName(session.user_agent) || t.account.unknownBrowser)}
      action={t.account.endSession}
      busy={end.isPending}
      onConfirm={() => end.mutate(undefined, { onSuccess: onClose, onError: (error) => toast.error(errorText(error, t)) })}
      onClose={onClose}
    />
  );
}

function Row({ session, onEnd }: { session: SessionInfo; onEnd: () => void }) {
  const t = useT();
  return (
    <li className="session">
      <Icon name="monitor" />
      <div>
        <span className="session-name">
          <span title={session.user_agent}>{browserName(session.user_agent) || t.account.unknownBrowser}</span>
          {session.current && <Badge tone="ok">{t.account.thisOne}</Badge>}
        </span>
        <span className="muted">
          {session.address} · {t.account.lastUsed} <Time at={session.seen_at} />
        </span>
      </div>
      {!session.current && (
        <Button size="s" onClick={onEnd}>
          {t.account.endSession}
        </Button>
      )}
    </li>
  );
}
