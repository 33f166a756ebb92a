// Who sends: a list of providers that can be searched, with what each of them signs.
import { match } from "~/app/match";
import { useT } from "~/i18n";
import { useFormWords } from "~/i18n/server";
import { classes } from "~/lib/classes";
import { Badge, Button, Icon, Popover, TextInput, useClosePopover, useSearchList } from "~/ui";
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

type Choice = Pick<Preset, "name" | "label" | "description" | "algorithm">;

function PresetList({ presets, value, onChange }: Omit<Props, "readOnly">) {
  const t = useT();
  const say = useFormWords("presets");
  const close = useClosePopover();
  const none: Choice = { name: "", label: t.trigger.anyProvider, description: t.trigger.anyProviderHelp, algorithm: "" };
  const { found, active, input, box, option } = useSearchList<Choice>(
    (text) => [none, ...presets].filter((preset) => match(text, `${preset.name} ${preset.label} ${say(preset.label)} ${preset.algorithm}`)),
    ({ name }) => {
      onChange(name || null);
      close();
    },
  );
  return (
    <>
      <TextInput type="search" icon="search" aria-label={t.trigger.providerSearch} placeholder={t.trigger.providerSearch} {...input} />
      <div aria-label={t.trigger.provider} className="trigger-preset-list" {...box}>
        {found.map((preset, index) => (
          <div
            key={preset.name}
            className={classes("trigger-preset", index === active && "trigger-preset-active")}
            {...option(index, preset)}
            aria-selected={preset.name === value}
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
