// The providers, found by typing.
import { match } from "~/app/match";
import { useT } from "~/i18n";
import { useFormWords } from "~/i18n/server";
import { classes } from "~/lib/classes";
import { Icon, TextInput, useClosePopover, useSearchList } from "~/ui";
import { wordsOfPreset } from "./presetWords";
import type { Preset } from "./types";
import "./PresetList.css";

export interface PresetListProps {
  presets: readonly Preset[];
  value: string;
  onChange: (preset: string | null) => void;
}

type Choice = Pick<Preset, "name" | "label" | "description" | "algorithm">;

export default function PresetList({ presets, value, onChange }: PresetListProps) {
  const t = useT();
  const [hmac, other] = [useFormWords("presets/hmac"), useFormWords("presets/other")];
  const sayOf = (preset: Choice) => (wordsOfPreset(preset) === "presets/hmac" ? hmac : other);
  const close = useClosePopover();
  const none: Choice = { name: "", label: t.trigger.anyProvider, description: t.trigger.anyProviderHelp, algorithm: "" };
  const { found, active, input, box, option } = useSearchList<Choice>(
    (text) => [none, ...presets].filter((preset) => match(text, `${preset.name} ${preset.label} ${sayOf(preset)(preset.label)} ${preset.algorithm}`)),
    ({ name }) => {
      onChange(name || null);
      close();
    },
  );
  return (
    <>
      <TextInput autoFocus type="search" icon="search" aria-label={t.trigger.providerSearch} placeholder={t.trigger.providerSearch} {...input} />
      <div aria-label={t.trigger.provider} className="trigger-preset-list" {...box}>
        {found.map((preset, index) => (
          <div
            key={preset.name}
            className={classes("trigger-preset", index === active && "trigger-preset-active")}
            {...option(index, preset)}
            aria-selected={preset.name === value}
          >
            <span className="trigger-preset-name">
              {sayOf(preset)(preset.label)}
              {preset.name === value && <Icon name="check" size={14} />}
              {preset.algorithm && <span className="muted mono">{preset.algorithm}</span>}
            </span>
            <span className="muted">{sayOf(preset)(preset.description)}</span>
          </div>
        ))}
        {!found.length && <p className="muted trigger-preset-none">{t.trigger.providerNone}</p>}
      </div>
    </>
  );
}
