// The frame of one field: label, help, problems, the preview of its expressions, and the place where
// an expression is dropped.
import type { DragEvent, ReactNode } from "react";
import { useT } from "~/i18n";
import { Field as LabelledField } from "~/ui";
import { useForm } from "./context";
import type { Field } from "./fields";
import { PreviewLine } from "./PreviewLine";
import { problemsAt } from "./problems";

export interface ControlProps {
  field: Field;
  value: unknown;
  /** undefined: the member is taken away. */
  onChange: (value: unknown) => void;
  pointer: string;
}

interface Props extends ControlProps {
  /** Problems inside are shown here, too: nothing inside shows its own. */
  deep?: boolean;
  actions?: ReactNode;
  /** Not where the value is long, or has previews inside. */
  preview?: boolean;
  children: ReactNode;
}

const isExpression = (text: string) => text.startsWith("${");

export function FormField({ field, value, onChange, pointer, deep = true, actions, preview = true, children }: Props) {
  const t = useT();
  const { problems, readOnly, say } = useForm();
  const found = problemsAt(problems, pointer, deep);
  const isEmpty = value === undefined || value === "";
  const drop = (event: DragEvent<HTMLElement>) => {
    const text = event.dataTransfer.getData("text/plain");
    const element = event.target as HTMLElement;
    // Texts take it at the place where it falls.
    if (event.defaultPrevented || element.closest("textarea, input, .ui-code") || !isExpression(text)) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(text);
  };
  const canDrop = !field.isStatic && !readOnly;
  return (
    <div
      className="form-field"
      data-pointer={pointer}
      onDragOver={canDrop ? (event) => event.preventDefault() : undefined}
      onDrop={canDrop ? drop : undefined}
    >
      <LabelledField
        label={say(field.label)}
        help={field.help ? say(field.help) : undefined}
        note={field.isRequired && isEmpty && field.default === undefined ? t.common.required : undefined}
        error={found.length ? found.map((problem) => t.say(problem.message)).join(" ") : undefined}
        actions={readOnly ? undefined : actions}
      >
        {children}
        {preview && <PreviewLine value={value} isWrong={found.length > 0} />}
      </LabelledField>
    </div>
  );
}
