// Who sends: a list of providers that can be searched, with what each of them signs.
import { useId, useState, type KeyboardEvent } from "react";
import { match } from "~/app/match";
import { useT } from "~/i18n";
import { useFormWords } from "~/i18n/server";
import { classes } from "~/lib/classes";
import { Badge, Button, Icon, Popover, TextInput, useClosePopover } from "~/ui";
import type { Preset } from "./types";

interface Props {
  presets: readonly Preset[];
  value: string;
  onChange: (preset: string | null) => void;
  readOnly: boolean;
}

export function PresetPicker({ presets, value, onChange, readOnly }: Props) {
  const t = useT();
  const say = useFormWords("presets");
  const current = presets.find((preset) => preset.name === value);
  return (
    <div className="trigger-provider">
      <span className="ui-label" id="trigger-provider">
        {t.trigger.provider}
      </span>
      <Popover
        label={t.trigger.provider}
        className="trigger-presets"
        onOpen={(panel) => panel.querySelector("input")?.focus()}
        trigger={
          <Button className="trigger-provider-button" disabled={readOnly} aria-describedby="trigger-provider">
            <Icon name="shield" />
            <span className="trigger-provider-name">{current ? say(current.label) : (value || t.trigger.anyProvider)}</span>
            <Icon name="chevron-down" size={14} />
          </Button>
        }
      >
        <PresetList presets={presets} value={value} onChange={onChange} />
      </Popover>
      <p className="ui-help">{current ? say(current.description) : t.trigger.providerHelp}</p>
      {current && (
        <p className="trigger-provider-facts">
          <Badge>{current.algorithm}</Badge>
          {sourcesOf(current).map((source) => (
            <a key={source} href={source} target="_blank" rel="noreferrer noopener">
              {t.trigger.providerDocs} <Icon name="external-link" size={12} />
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

const sourcesOf = (preset: Preset): string[] => (/^https:\/\/\S+/.exec(preset.source)?.[0].match(/[^;,\s]+/g) ?? []).slice(0, 1);

function PresetList({ presets, value, onChange }: Omit<Props, "readOnly">) {
  const t = useT();
  const say = useFormWords("presets");
  const close = useClosePopover();
  const id = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const none = { name: "", label: t.trigger.anyProvider, description: t.trigger.anyProviderHelp, algorithm: "" };
  const found = [none, ...presets].filter((preset) => match(query, `${preset.name} ${preset.label} ${say(preset.label)} ${preset.algorithm}`));
  const active = Math.min(at, found.length - 1);
  const choose = (name: string) => {
    onChange(name || null);
    close();
  };
  const move = (to: number) => {
    setAt(to);
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(Math.min(active + 1, found.length - 1));
    else if (event.key === "ArrowUp") move(Math.max(active - 1, 0));
    else if (event.key === "Enter" && found[active]) choose(found[active].name);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        type="search"
        icon="search"
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? `${id}-${active}` : undefined}
        aria-label={t.trigger.providerSearch}
        placeholder={t.trigger.providerSearch}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      <div role="listbox" id={`${id}-list`} aria-label={t.trigger.provider} className="trigger-preset-list">
        {found.map((preset, index) => (
          <div
            key={preset.name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={preset.name === value}
            className={classes("trigger-preset", index === active && "trigger-preset-active")}
            onClick={() => choose(preset.name)}
            onPointerMove={() => setAt(index)}
          >
            <span className="trigger-preset-name">
              {say(preset.label)}
              {preset.name === value && <Icon name="check" size={14} />}
              {preset.algorithm && <span className="muted mono">{preset.algorithm}</span>}
            </span>
            <span className="muted">{say(preset.description)}</span>
          </div>
        ))}
        {!found.length && <p className="muted trigger-preset-none">{t.trigger.providerNone}</p>}
      </div>
    </>
  );
}
