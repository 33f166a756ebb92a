// The trigger's settings: the form out of its type's schema, with a better choice of the provider.
import { useMemo } from "react";
import type { Problem } from "~/api/errors";
import { Form, type Field } from "~/form";
import { useT } from "~/i18n";
import { FilterTry } from "./FilterTry";
import { useFormData } from "./formData";
import { PresetPicker } from "./PresetPicker";
import { Secrets } from "./Secrets";
import { secretsIn, withPreset, type Config, type PanelProblem, type Preset, type TriggerPanelProps, type TriggerType } from "./types";

interface Props extends TriggerPanelProps {
  type: TriggerType | undefined;
  properties: Record<string, Config>;
  presets: readonly Preset[];
}

const CONFIG = "/trigger/config";
const PRESET = "preset";
const isFormField = (field: Field) => field.name !== PRESET;

/** The editor gives pointers inside of the trigger, the server those of the whole document. */
const atTrigger = (problems: readonly PanelProblem[]): Problem[] =>
  problems.map(({ pointer, message, inside }) => ({ pointer: inside === undefined ? pointer : `/trigger${inside}`, message }));

export function Settings({ workflow, document, type, properties, presets, problems, onChange, readOnly }: Props) {
  const t = useT();
  const { trigger } = document;
  const config = trigger.config ?? {};
  const data = useFormData(workflow.id);
  const placed = useMemo(() => atTrigger(problems), [problems]);
  const set = (next: Config) => onChange({ ...trigger, config: next });
  const condition = Object.keys(properties).find((name) => properties[name]?.["x-pawl-type"] === "condition");
  if (!type) return <p className="muted">{t.trigger.unknownType(trigger.type)}</p>;
  return (
    <div className="trigger-form">
      {PRESET in properties && (
        <PresetPicker
          presets={presets}
          value={typeof config.preset === "string" ? config.preset : ""}
          onChange={(preset) => set(withPreset(config, preset))}
          readOnly={readOnly}
        />
      )}
      <Secrets names={secretsIn(config)} />
      <Form
        of={`triggers/${type.name}`}
        schema={type.schema}
        value={config}
        onChange={(values) => set({ ...values })}
        pointer={CONFIG}
        problems={placed}
        readOnly={readOnly}
        data={data}
        only={isFormField}
      />
      {condition !== undefined && config[condition] !== undefined && "methods" in properties && (
        <FilterTry workflow={workflow} condition={config[condition]} />
      )}
    </div>
  );
}
