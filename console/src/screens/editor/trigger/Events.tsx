// Events that the server makes itself: a click adds one to the types that start the workflow.
import { useT } from "~/i18n";
import { ErrorState, IconButton, Skeleton } from "~/ui";
import { useEventTypes } from "./usesData";
import "./Events.css";

interface Props {
  chosen: readonly string[];
  onAdd: ((type: string) => void) | null;
}

export default function Events({ chosen, onAdd }: Props) {
  const t = useT();
  const types = useEventTypes();
  if (types.isPending) return <Skeleton lines={6} />;
  if (types.isError) return <ErrorState error={types.error} onRetry={() => void types.refetch()} />;
  const summaries: Record<string, string> = t.triggerUses.eventSummaries;
  return (
    <>
      <p className="ui-help">{t.triggerUses.eventsHelp}</p>
      <ul className="trigger-events">
        {types.data.items.map((type) => (
          <li key={type.name}>
            <span>
              <code>{type.name}</code>
              <span className="muted">{summaries[type.name] ?? t.say(type.summary)}</span>
            </span>
            {onAdd && (
              <IconButton
                size="s"
                icon={chosen.includes(type.name) ? "check" : "plus"}
                label={chosen.includes(type.name) ? t.triggerUses.eventChosen(type.name) : t.triggerUses.eventAdd(type.name)}
                disabled={chosen.includes(type.name)}
                onClick={() => onAdd(type.name)}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
