// Comparisons, joined in groups that nest.
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Button, IconButton, Select } from "~/ui";
import { bare, negated, newComparison, readCondition, withMore, withOperator, withoutItem, type Group } from "./condition";
import { useForm } from "./context";
import type { Field, Values } from "./fields";
import { FormField, type ControlProps } from "./FormField";
import { PreviewLine } from "./PreviewLine";
import { childPointer, problemsAt } from "./problems";
import { AnyValue, TypeMenu } from "./ValueControl";
import { convert, seemingType } from "./values";

interface PartProps {
  field: Field;
  value: unknown;
  pointer: string;
  onChange: (value: Values) => void;
  /** Absent: it cannot be taken away. */
  onRemove?: () => void;
  depth: number;
}

const operandField = (field: Field, label: string): Field => ({
  ...field,
  name: "",
  kind: "any",
  label,
  help: "",
  example: undefined,
  default: undefined,
});

function Notes({ value, pointer }: { value: unknown; pointer: string }) {
  const t = useT();
  const found = problemsAt(useForm().problems, pointer, true);
  return (
    <>
      <PreviewLine value={value} isWrong={found.length > 0} />
      {found.map((problem) => (
        <p key={problem.message} className="ui-error">
          <span>{t.say(problem.message)}</span>
        </p>
      ))}
    </>
  );
}

/** Nothing is converted when values are compared: the text "100" equals no number. */
function SeemingNote({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const t = useT();
  const { readOnly } = useForm();
  const type = seemingType(value);
  if (!type) return null;
  return (
    <p className="form-seeming">
      <span>{t.form.seeming(String(value))}</span>
      {!readOnly && (
        <Button size="s" onClick={() => onChange(convert(value, type))}>
          {t.form.convertTo[type]}
        </Button>
      )}
    </p>
  );
}

function Comparison({ field, value, pointer, onChange, onRemove }: PartProps) {
  const t = useT();
  const { readOnly } = useForm();
  const condition = readCondition(value);
  if (condition.kind !== "leaf") return null;
  const { names, unary } = field.operators;
  // A node that is new has none yet: what the list shows is what is meant.
  const op = condition.op || (names[0] ?? "");
  const leaf: Values = { left: condition.left ?? "", op, right: condition.right };
  const hasRight = !unary.includes(op);
  const words: Record<string, string> = t.form.operators;
  return (
    <div className="form-comparison">
      <div className="form-operand" data-pointer={childPointer(pointer, "left")}>
        <AnyValue
          field={operandField(field, t.form.left)}
          label={t.form.left}
          value={leaf.left}
          onChange={(left) => onChange({ ...withOperator(leaf, op, field.operators), left })}
        />
        <Notes value={leaf.left} pointer={childPointer(pointer, "left")} />
      </div>
      <div className="form-operator" data-pointer={childPointer(pointer, "op")}>
        <Select
          options={names.map((name) => ({ value: name, label: words[name] ?? name }))}
          value={op}
          aria-label={t.form.operator}
          disabled={readOnly}
          onChange={(chosen) => onChange(withOperator(leaf, chosen, field.operators))}
        />
        {!readOnly && (
          <span className="form-row-actions">
            {hasRight && <TypeMenu value={leaf.right ?? ""} onChange={(right) => onChange({ ...leaf, right })} />}
            <Button size="s" kind="quiet" className="form-type" title={t.form.negate} onClick={() => onChange(negated(leaf))}>
              {t.form.not}
            </Button>
            {onRemove && <IconButton icon="x" size="s" label={t.form.removeComparison} onClick={onRemove} />}
          </span>
        )}
      </div>
      {hasRight && (
        <div className="form-operand" data-pointer={childPointer(pointer, "right")}>
          <AnyValue
            field={operandField(field, t.form.right)}
            label={t.form.right}
            value={leaf.right ?? ""}
            rows={2}
            onChange={(right) => onChange({ ...leaf, right })}
          />
          <SeemingNote value={leaf.right} onChange={(right) => onChange({ ...leaf, right })} />
          <Notes value={leaf.right} pointer={childPointer(pointer, "right")} />
        </div>
      )}
    </div>
  );
}

function GroupSwitch({ value, onChange }: { value: Group; onChange: (group: Group) => void }) {
  const t = useT();
  const { readOnly } = useForm();
  return (
    <div className="form-join" role="group" aria-label={t.form.joinedBy}>
      {(["all", "any"] as const).map((group) => (
        <button
          key={group}
          type="button"
          disabled={readOnly}
          aria-pressed={group === value}
          className={classes("form-choice", group === value && "form-choice-on")}
          onClick={() => onChange(group)}
        >
          {t.form.joins[group]}
        </button>
      ))}
    </div>
  );
}

function GroupPart({ field, value, pointer, onChange, onRemove, depth }: PartProps) {
  const t = useT();
  const { readOnly } = useForm();
  const condition = readCondition(value);
  if (condition.kind !== "group") return null;
  const { group, items } = condition;
  const put = (index: number, next: Values) => onChange({ [group]: items.map((item, at) => (at === index ? next : item)) });
  const remove = (index: number) => {
    const left = withoutItem(condition, index);
    if (left) onChange(left);
    else onRemove?.();
  };
  return (
    <div className={classes("form-condition-group", depth > 0 && "form-condition-inner")}>
      <div className="form-condition-head">
        <GroupSwitch value={group} onChange={(next) => onChange({ [next]: items })} />
        {!readOnly && (
          <span className="form-row-actions">
            <Button size="s" kind="quiet" className="form-type" title={t.form.negateGroup} onClick={() => onChange(negated(value))}>
              {t.form.not}
            </Button>
            {onRemove && <IconButton icon="x" size="s" label={t.form.removeGroup} onClick={onRemove} />}
          </span>
        )}
      </div>
      {items.map((item, index) => (
        <Part
          key={index}
          field={field}
          value={item}
          pointer={childPointer(childPointer(pointer, group), index)}
          depth={depth + 1}
          onChange={(next) => put(index, next)}
          onRemove={items.length > 1 || onRemove ? () => remove(index) : undefined}
        />
      ))}
      <Adders field={field} value={value} onChange={onChange} />
    </div>
  );
}

function Adders({ field, value, onChange }: Pick<PartProps, "field" | "value" | "onChange">) {
  const t = useT();
  const { readOnly } = useForm();
  if (readOnly) return null;
  const one = () => newComparison(field.operators);
  const other = readCondition(value).kind === "group" && (value as Values).any ? "all" : "any";
  return (
    <div className="form-condition-add">
      <Button size="s" icon="plus" onClick={() => onChange(withMore(value, one()))}>
        {t.form.addComparison}
      </Button>
      <Button size="s" kind="quiet" icon="plus" onClick={() => onChange(withMore(value, { [other]: [one(), one()] }))}>
        {t.form.addGroup}
      </Button>
    </div>
  );
}

function Part(props: PartProps) {
  const t = useT();
  const { readOnly } = useForm();
  const condition = readCondition(props.value);
  if (condition.kind === "group") return <GroupPart {...props} />;
  if (condition.kind === "leaf") return <Comparison {...props} />;
  return (
    <div className="form-condition-not">
      <div className="form-condition-head">
        <span className="form-not">{t.form.not}</span>
        {!readOnly && (
          <IconButton icon="x" size="s" label={t.form.removeNot} onClick={() => props.onChange(bare(condition.inner))} />
        )}
      </div>
      <Part
        {...props}
        value={condition.inner}
        pointer={childPointer(props.pointer, "not")}
        depth={props.depth + 1}
        onChange={(inner) => props.onChange({ not: inner })}
      />
    </div>
  );
}

export function ConditionControl(props: ControlProps) {
  const { field, value, onChange, pointer } = props;
  const { readOnly } = useForm();
  const t = useT();
  if (value === undefined)
    return (
      <FormField {...props}>
        {!readOnly && (
          <Button size="s" icon="plus" className="form-add" onClick={() => onChange(newComparison(field.operators))}>
            {t.form.addComparison}
          </Button>
        )}
      </FormField>
    );
  const isGroup = readCondition(value).kind === "group";
  const remove = field.isRequired ? undefined : () => onChange(undefined);
  return (
    <FormField {...props} deep={false} preview={false}>
      <div className="form-condition">
        <Part field={field} value={bare(value)} pointer={pointer} depth={0} onChange={onChange} onRemove={remove} />
        {!isGroup && <Adders field={field} value={bare(value)} onChange={onChange} />}
      </div>
    </FormField>
  );
}
