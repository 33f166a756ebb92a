import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Badge, Button, ConfirmDialog, ErrorState, errorText, Icon, Section, Skeleton, Time, toast } from "~/ui";
import { browserName } from "./browser";

type SessionInfo = Schemas["SessionInfo"];
/** Nobody has more than 50. */
const MOST = 50;

export function Sessions() {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const sessions = useQuery({
    queryKey: keys.sessions,
    queryFn: ({ signal }) => call("get", "/api/v1/sessions", { query: { limit: MOST }, signal }),
  });
  const endOthers = useApiChange(() => call("delete", "/api/v1/sessions"), [keys.sessions]);
  const rows = sessions.data?.items ?? [];
  const confirm = () =>
    endOthers.mutate(undefined, {
      onSuccess: () => setAsking(false),
      onError: (error) => toast.error(errorText(error, t)),
    });
  return (
    <Section
      title={t.account.sessions}
      lead={t.account.sessionsLead}
      actions={
        rows.length > 1 && (
          <Button icon="log-out" onClick={() => setAsking(true)}>
            {t.account.endOthers}
          </Button>
        )
      }
    >
      {sessions.isPending && <Skeleton />}
      {sessions.isError && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className="session-list">
        {rows.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
      {isAsking && (
        <ConfirmDialog
          danger
          title={t.account.endOthers}
          text={t.account.endOthersText}
          action={t.account.endOthers}
          busy={endOthers.isPending}
          onConfirm={confirm}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  );
}

function Row({ session }: { session: SessionInfo }) {
  const t = useT();
  const end = useApiChange(
    () => call("delete", "/api/v1/sessions/{session}", { path: { session: session.id } }),
    [keys.sessions],
  );
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
        <Button
          size="s"
          busy={end.isPending}
          onClick={() => end.mutate(undefined, { onError: (error) => toast.error(errorText(error, t)) })}
        >
          {t.account.endSession}
        </Button>
      )}
    </li>
  );
}
