import type { ReactNode } from "react";
import { useWorkflowNames } from "~/api/workflowNames";
import { useT, useLanguage } from "~/i18n";
import { exactTime } from "~/lib/time";
import { Button, Select, TextInput, useStatusName } from "~/ui";
import { SPANS, VERDICTS, type Filter, type Span, type Verdict } from "./filter";

/** A workflow that the URL names, but that is in no list (deleted, or another's name), can still be chosen away. */
function workflowOptions(names: readonly { id: string; name: string }[], chosen: string) {
  const options = names.map(({ id, name }) => ({ value: id, label: name }));
  const known = names.find(({ id, name }) => id === chosen || name === chosen);
  if (chosen && !known) options.push({ value: chosen, label: chosen });
  return { options, value: known?.id ?? chosen };
}

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
  end?: ReactNode;
}

export function Toolbar({ filter, onChange, end }: Props) {
  const t = useT();
  const { language } = useLanguage();
  const nameOf = useStatusName();
  const workflows = workflowOptions(useWorkflowNames().data ?? [], filter.workflow);
  const hasWindow = filter.from || filter.to;
  const edge = (at: string) => (at ? exactTime(Date.parse(at), language) : "…");
  return (
    <div className="toolbar" role="search">
      <TextInput
        type="search"
        icon="search"
        aria-label={t.requests.searchLabel}
        placeholder={t.requests.searchPlaceholder}
        value={filter.search}
        onChange={(event) => onChange({ ...filter, search: event.target.value })}
      />
      <Select
        aria-label={t.requests.filterVerdict}
        value={filter.verdict}
        onChange={(verdict) => onChange({ ...filter, verdict: verdict as Verdict | "" })}
        options={[{ value: "", label: t.requests.allVerdicts }, ...VERDICTS.map((value) => ({ value, label: nameOf(value) }))]}
      />
      <Select
        aria-label={t.requests.filterWorkflow}
        value={workflows.value}
        onChange={(workflow) => onChange({ ...filter, workflow })}
        options={[{ value: "", label: t.requests.allWorkflows }, ...workflows.options]}
      />
      {hasWindow ? (
        <Button icon="x" title={t.requests.clearWindow} onClick={() => onChange({ ...filter, from: "", to: "" })}>
          {edge(filter.from)} – {edge(filter.to)}
        </Button>
      ) : (
        <Select
          aria-label={t.requests.filterTime}
          value={filter.last}
          onChange={(last) => onChange({ ...filter, last: last as Span | "" })}
          options={[
            { value: "", label: t.requests.anyTime },
            ...(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t.requests.spans[value] })),
          ]}
        />
      )}
      {end && <span className="toolbar-end">{end}</span>}
    </div>
  );
}
