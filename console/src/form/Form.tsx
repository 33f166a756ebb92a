// A form out of the server's JSON Schema: `<Form schema={type.schema} value={config} onChange={…} />`.
// Problems come by JSON pointers that begin with `pointer`; `data` is what expressions see.
import { Suspense, useMemo } from "react";
import type { Problem } from "~/api/errors";
import { useFormWords } from "~/i18n/server";
import { Skeleton } from "~/ui";
import { FormContext, useInsertTarget, type FormData, type FormEnvironment, type InsertTarget } from "./context";
import { FieldList } from "./FieldList";
import { fieldsOf, isObject, type Field, type Values } from "./fields";

interface Props {
  /** A JSON Schema of the API, or fields that were read from one. */
  schema: unknown;
  /** What it is of, for the words of its labels: `useFormWords`. */
  of: string;
  value: unknown;
  onChange: (value: Values) => void;
  pointer?: string;
  problems?: readonly Problem[];
  readOnly?: boolean;
  data?: FormData | null;
  /** Gets the control that had the focus last, to insert expressions from outside. */
  target?: { current: InsertTarget | null };
  /** Those that are shown; all of them when absent. */
  only?: (field: Field) => boolean;
}

const NO_PROBLEMS: readonly Problem[] = [];

export function Form(props: Props) {
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <Fields {...props} />
    </Suspense>
  );
}

function Fields({ schema, of, value, onChange, pointer = "", problems = NO_PROBLEMS, readOnly = false, data = null, target, only }: Props) {
  const own = useInsertTarget();
  const say = useFormWords(of);
  const fields = useMemo(() => (Array.isArray(schema) ? (schema as Field[]) : fieldsOf(schema)), [schema]);
  const environment = useMemo<FormEnvironment>(
    () => ({ problems, readOnly, data, say, target: target ?? own }),
    [problems, readOnly, data, say, target, own],
  );
  return (
    <FormContext value={environment}>
      <FieldList
        fields={only ? fields.filter(only) : fields}
        values={isObject(value) ? value : {}}
        pointer={pointer}
        onChange={onChange}
      />
    </FormContext>
  );
}

/** Scrolls to the field of that pointer, or the nearest around it, and puts the cursor there. */
export function focusField(root: HTMLElement, pointer: string): boolean {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = root.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(at)}"]`);
    if (!found) continue;
    found.closest("details")?.setAttribute("open", "");
    found.scrollIntoView({ block: "center" });
    found.querySelector<HTMLElement>("textarea, input, select, button, .ui-code")?.focus();
    return true;
  }
  return false;
}
