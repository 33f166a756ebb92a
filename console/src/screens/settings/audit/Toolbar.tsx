// The filters of the audit log.
import { useState } from "react";
import { useT } from "~/i18n";
import { isoOfInput, localInput } from "~/lib/time";
import { Select, TextInput } from "~/ui";
import { useActors } from "./data";
import { actionName, actorName } from "./entry";
import { RESULTS, SPANS, type Filter, type Result, type Span } from "./filter";

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function Toolbar({ filter, onChange }: Props) {
  const t = useT();
  const s = t.settings.audit;
  const actors = useActors(filter.actor);
  const actions = Object.keys(s.actions);
  if (filter.action && !actions.includes(filter.action)) actions.push(filter.action);
  return (
    <div className="toolbar" role="search">
      <TextInput
        type="search"
        icon="search"
        aria-label={s.searchLabel}
        placeholder={s.searchPlaceholder}
        value={filter.search}
        onChange={(event) => onChange({ ...filter, search: event.target.value })}
      />
      <Select
        aria-label={s.actor}
        value={filter.actor}
        onChange={(actor) => onChange({ ...filter, actor })}
        options={[{ value: "", label: s.allActors }, ...actors.map((value) => ({ value, label: actorName(value, t) }))]}
      />
      <Select
        aria-label={s.action}
        value={filter.action}
        onChange={(action) => onChange({ ...filter, action })}
        options={[{ value: "", label: s.allActions }, ...actions.map((value) => ({ value, label: actionName(value, t) }))]}
      />
      <Select
        aria-label={s.result}
        value={filter.result}
        onChange={(result) => onChange({ ...filter, result: result as Result | "" })}
        options={[{ value: "", label: s.allResults }, ...RESULTS.map((value) => ({ value, label: s.results[value] }))]}
      />
      <Times filter={filter} onChange={onChange} />
    </div>
  );
}

const OWN = "own";

function Times({ filter, onChange }: Props) {
  const t = useT();
  const s = t.settings.audit;
  const [isOpen, setOpen] = useState(filter.from !== "" || filter.to !== "");
  const choose = (value: string) => {
    setOpen(value === OWN);
    if (value !== OWN) onChange({ ...filter, last: value as Span | "", from: "", to: "" });
  };
  return (
    <>
      <Select
        aria-label={s.time}
        value={isOpen ? OWN : filter.last}
        onChange={choose}
        options={[
          { value: "", label: s.anyTime },
          ...(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: s.spans[value] })),
          { value: OWN, label: `${s.from} … ${s.to}` },
        ]}
      />
      {isOpen &&
        (["from", "to"] as const).map((edge) => (
          <TextInput
            key={edge}
            className="audit-edge"
            type="datetime-local"
            aria-label={s[edge]}
            value={localInput(filter[edge])}
            onChange={(event) => onChange({ ...filter, last: "", [edge]: isoOfInput(event.target.value) })}
          />
        ))}
    </>
  );
}
