import { useT } from "~/i18n";
import { Icon } from "~/ui";

const ICONS: Record<string, string> = {
  webhook: "webhook",
  http_request: "globe",
  schedule: "calendar-clock",
  event: "radio",
  manual: "hand",
};

/** A type of trigger with its icon; null: nothing is published. */
export function Trigger({ type }: { type: string | null }) {
  const t = useT();
  if (!type) return <span className="muted">{t.workflows.noTrigger}</span>;
  const names: Record<string, string> = t.common.triggers;
  return (
    <span className="workflows-trigger">
      <Icon name={ICONS[type] ?? "zap"} />
      {names[type] ?? type}
    </span>
  );
}
