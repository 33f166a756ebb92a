import { useT } from "~/i18n";
import { Field, TextInput } from "~/ui";

/** How many a second a bulk deed starts; as fast as it goes when it is empty. */
export function PaceField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT();
  return (
    <Field label={t.runs.bulk.perSecond} note={t.common.optional}>
      <TextInput
        type="number"
        min={1}
        placeholder={t.runs.bulk.perSecondNone}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
