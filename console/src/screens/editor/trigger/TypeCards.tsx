// What starts the workflow: a card for each trigger type that the server has.
import { useRef, useState } from "react";
import { useT } from "~/i18n";
import { useLoadFormWords } from "~/i18n/server";
import { classes } from "~/lib/classes";
import { errorText, Icon, toast } from "~/ui";
import { firstTrigger } from "./firstTrigger";
import type { Document, Trigger, TriggerType } from "./types";

interface Props {
  types: readonly TriggerType[];
  document: Document;
  onChange: (trigger: Trigger) => void;
  readOnly: boolean;
}

/** Those that people look for first come first; others behind them, as the server lists them. */
const ORDER = ["webhook", "http_request", "schedule", "event", "manual"];
const place = (type: TriggerType) => (ORDER.indexOf(type.name) + ORDER.length + 1) % (ORDER.length + 1);

export function TypeCards({ types, document, onChange, readOnly }: Props) {
  const t = useT();
  const loadWords = useLoadFormWords();
  // What was set comes back when one returns to a type.
  const left = useRef(new Map<string, Trigger>());
  const [pending, setPending] = useState<string | null>(null);
  const names: Record<string, string> = t.trigger.types;
  const summaries: Record<string, string> = t.trigger.summaries;
  const current = document.trigger.type;
  const choose = async (type: TriggerType) => {
    if (type.name === current) return;
    left.current.set(current, document.trigger);
    setPending(type.name);
    try {
      const [first] = await Promise.all([left.current.get(type.name) ?? firstTrigger(document, type), loadWords(`triggers/${type.name}`)]);
      onChange(first);
    } catch (error) {
      toast.error(errorText(error, t));
    } finally {
      setPending(null);
    }
  };
  return (
    <fieldset className="trigger-cards" disabled={readOnly}>
      <legend className="visually-hidden">{t.trigger.choose}</legend>
      {[...types]
        .sort((a, b) => place(a) - place(b))
        .map((type) => (
          <label key={type.name} className={classes("trigger-card", type.name === current && "trigger-card-chosen")}>
            <input
              type="radio"
              name="trigger-type"
              className="visually-hidden"
              checked={type.name === current}
              onChange={() => void choose(type)}
              aria-busy={pending === type.name || undefined}
            />
            <span className="trigger-card-icon">
              <Icon name={type.icon} size={18} />
            </span>
            <span className="trigger-card-text">
              <strong>{names[type.name] ?? t.say(type.label)}</strong>
              <span className="muted">{summaries[type.name] ?? t.say(type.summary)}</span>
            </span>
          </label>
        ))}
    </fieldset>
  );
}
