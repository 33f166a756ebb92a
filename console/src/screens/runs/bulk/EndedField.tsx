import { useT } from "~/i18n";
import { Field, Select } from "~/ui";
import { ENDED, type Ended } from "./byFilter";

interface Props {
  label: string;
  value: Ended | "";
  /** What it means that none is chosen; absent: those that did not reach their end. */
  any?: string;
  onChange: (value: Ended | "") => void;
}

/** How the runs ended that a bulk deed takes. */
export function EndedField({ label, value, any, onChange }: Props) {
  const t = useT();
  return (
    <Field label={label}>
      <Select
        value={value}
        onChange={(status) => onChange(status as Ended | "")}
        options={[{ value: "", label: any ?? t.runs.bulk.failedOrLate }, ...ENDED.map((value) => ({ value, label: t.common.status[value] }))]}
      />
    </Field>
  );
}
