// The filters. All of them stand in the URL.
import { useEffect, useState, type ReactNode } from "react";
import { useWorkflowNames } from "~/api/workflowNames";
import { useT } from "~/i18n";
import { isoOfInput, localInput } from "~/lib/time";
import { Button, Checkbox, Field, Popover, Select, TextInput } from "~/ui";
import { CLASSES, RUN_STATES, TRIGGERS, WINDOWS, type RunFilter, type RunState, type Window } from "./filter";

interface Props {
  filter: RunFilter;
  onChange: (filter: RunFilter) => void;
}

const TYPING_MS = 250;

/** What is typed counts when the typing stops. */
function Search({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = window.setTimeout(() => onChange(text), TYPING_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <TextInput
      type="search"
      icon="search"
      aria-label={t.runs.filters.search}
      placeholder={t.runs.filters.searchPlaceholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function States({ chosen, onChange }: { chosen: readonly RunState[]; onChange: (states: RunState[]) => void }) {
  const t = useT();
  const name = chosen.length === 0 ? t.runs.filters.anyStatus : chosen.map((state) => t.common.status[state]).join(", ");
  return (
    <Popover
      label={t.runs.filters.status}
      trigger={
        <Button className="toolbar-choice">
          <span className="toolbar-choice-text">{name}</span>
        </Button>
      }
    >
      <div className="runs-states" role="group" aria-label={t.runs.filters.status}>
        {RUN_STATES.map((state) => (
          <Checkbox
            key={state}
            label={t.common.status[state]}
            checked={chosen.includes(state)}
            onChange={(isOn) => onChange(RUN_STATES.filter((one) => (one === state ? isOn : chosen.includes(one))))}
          />
        ))}
      </div>
    </Popover>
  );
}

function Span({ filter, onChange }: Props) {
  const t = useT();
  const isOwn = !filter.within && (filter.from !== "" || filter.to !== "");
  const [isOpen, setOpen] = useState(isOwn);
  const choose = (value: string) => {
    setOpen(value === "own");
    if (value !== "own") onChange({ ...filter, within: value as Window | "", from: "", to: "" });
  };
  const windows = Object.keys(WINDOWS) as Window[];
  return (
    <>
      <Select
        aria-label={t.runs.filters.within}
        value={isOpen ? "own" : filter.within}
        onChange={choose}
        options={[
          { value: "", label: t.runs.filters.anyTime },
          ...windows.map((value) => ({ value, label: t.runs.filters.windows[value] })),
          { value: "own", label: t.runs.filters.ownTime },
        ]}
      />
      {isOpen && (
        <>
          <TextInput
            type="datetime-local"
            aria-label={t.runs.filters.from}
            value={localInput(filter.from)}
            onChange={(event) => onChange({ ...filter, within: "", from: isoOfInput(event.target.value) })}
          />
          <TextInput
            type="datetime-local"
            aria-label={t.runs.filters.to}
            value={localInput(filter.to)}
            onChange={(event) => onChange({ ...filter, within: "", to: isoOfInput(event.target.value) })}
          />
        </>
      )}
    </>
  );
}

function More({ filter, onChange }: Props) {
  const t = useT();
  const count = [filter.failure, filter.trigger, filter.tests].filter(Boolean).length;
  return (
    <Popover label={t.runs.filters.more} trigger={<Button icon="filter">{t.runs.filters.moreOf(count)}</Button>}>
      <div className="runs-more">
        <Field label={t.runs.filters.failure}>
          <Select
            value={filter.failure}
            onChange={(failure) => onChange({ ...filter, failure: failure as RunFilter["failure"] })}
            options={[{ value: "", label: t.runs.filters.any }, ...CLASSES.map((value) => ({ value, label: t.runs.classes[value] }))]}
          />
        </Field>
        <Field label={t.runs.filters.trigger}>
          <Select
            value={filter.trigger}
            onChange={(trigger) => onChange({ ...filter, trigger: trigger as RunFilter["trigger"] })}
            options={[{ value: "", label: t.runs.filters.any }, ...TRIGGERS.map((value) => ({ value, label: t.runs.triggers[value] }))]}
          />
        </Field>
        <Field label={t.runs.filters.tests}>
          <Select
            value={filter.tests}
            onChange={(tests) => onChange({ ...filter, tests: tests as RunFilter["tests"] })}
            options={(["", "false", "true"] as const).map((value) => ({ value, label: t.runs.filters.testChoices[value || "any"] }))}
          />
        </Field>
      </div>
    </Popover>
  );
}

interface ToolbarProps extends Props {
  /** The rows are there: what one may choose from comes after them. */
  isListed: boolean;
  end?: ReactNode;
}

export function Toolbar({ filter, onChange, isListed, end }: ToolbarProps) {
  const t = useT();
  const workflows = useWorkflowNames(isListed).data ?? [];
  const names = workflows.map(({ name }) => ({ value: name, label: name }));
  const isKnown = !filter.workflow || names.some(({ value }) => value === filter.workflow);
  const found = workflows.find(({ id }) => id === filter.workflow);
  const isAll = filter.view === "all";
  return (
    <div className="toolbar" role="search">
      {isAll && <Search value={filter.search} onChange={(search) => onChange({ ...filter, search })} />}
      <Select
        className="runs-workflow"
        aria-label={t.runs.filters.workflow}
        value={found?.name ?? filter.workflow}
        onChange={(workflow) => onChange({ ...filter, workflow })}
        options={[
          { value: "", label: t.runs.filters.anyWorkflow },
          ...(isKnown || found ? [] : [{ value: filter.workflow, label: filter.workflow }]),
          ...names,
        ]}
      />
      {isAll && <States chosen={filter.status} onChange={(status) => onChange({ ...filter, status })} />}
      <Span filter={filter} onChange={onChange} />
      {isAll && <More filter={filter} onChange={onChange} />}
      {end && <span className="toolbar-end">{end}</span>}
    </div>
  );
}
