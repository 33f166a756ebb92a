// What a place shows while it has nothing to show: it is empty, it loads, or it could not be loaded.
import type { ReactNode } from "react";
import { ApiError } from "~/api/errors";
import { useT, type Messages } from "~/i18n";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import "./States.css";

interface EmptyProps {
  icon: IconName;
  title: string;
  text?: ReactNode;
  /** What to do about it. */
  actions?: ReactNode;
}

export function Empty({ icon, title, text, actions }: EmptyProps) {
  return (
    <div className="ui-empty">
      <span className="ui-empty-icon">
        <Icon name={icon} size={22} />
      </span>
      <h2>{title}</h2>
      {text && <p className="muted">{text}</p>}
      {actions && <div className="ui-empty-actions">{actions}</div>}
    </div>
  );
}

/** Grey lines where text will be. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useT();
  return (
    <div className="ui-skeleton" role="status" aria-label={t.common.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="ui-skeleton-line" />
      ))}
    </div>
  );
}

/** An error in the reader's words: the server's own detail where we have nothing better to say. */
export function errorText(error: unknown, t: Messages): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : t.app.errors.failed;
  if (error.isNetwork) return t.app.errors.network;
  if (error.status === 403) return t.app.errors.forbidden;
  if (error.status === 412) return t.app.errors.conflict;
  if (error.status === 429) return t.app.errors.tooMany(error.retryAfter ?? 1);
  if (error.problems.length) return error.problems.map((problem) => t.say(problem.message)).join(" ");
  return t.say(error.message);
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  return (
    <div className="ui-empty" role="alert">
      <span className="ui-empty-icon ui-empty-icon-danger">
        <Icon name="triangle" size={22} />
      </span>
      <h2>{t.app.errors.failed}</h2>
      <p className="muted">{errorText(error, t)}</p>
      {onRetry && (
        <div className="ui-empty-actions">
          <Button icon="refresh" onClick={onRetry}>
            {t.common.retry}
          </Button>
        </div>
      )}
    </div>
  );
}
