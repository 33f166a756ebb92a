// Who sends: a list of providers that can be searched, with what each of them signs.
import { Suspense } from "react";
import { ErrorBoundary } from "~/app/ErrorBoundary";
import { useT } from "~/i18n";
import { useFormWords } from "~/i18n/server";
import { Badge, Button, Icon, Popover, Skeleton } from "~/ui";
import type { PresetListProps } from "./PresetList";
import { wordsOfPreset } from "./presetWords";
import type { Preset } from "./types";
import { PresetList } from "./uses";

interface Props extends PresetListProps {
  readOnly: boolean;
}

export function PresetPicker({ presets, value, onChange, readOnly }: Props) {
  const t = useT();
  const current = presets.find((preset) => preset.name === value);
  const say = useFormWords(current ? wordsOfPreset(current) : null);
  return (
    <div className="trigger-provider">
      <span className="ui-label" id="trigger-provider">
        {t.trigger.provider}
      </span>
      <Popover
        label={t.trigger.provider}
        className="trigger-presets"
        trigger={
          <Button className="trigger-provider-button" disabled={readOnly} aria-describedby="trigger-provider">
            <Icon name="shield" />
            <span className="trigger-provider-name">{current ? say(current.label) : (value || t.trigger.anyProvider)}</span>
            <Icon name="chevron-down" size={14} />
          </Button>
        }
      >
        <ErrorBoundary>
          <Suspense
            fallback={
              <div className="trigger-presets-coming">
                <Skeleton lines={8} />
              </div>
            }
          >
            <PresetList.Shown presets={presets} value={value} onChange={onChange} />
          </Suspense>
        </ErrorBoundary>
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
