// Lists, and objects with names of the user's choice.
import { useEffect, useRef, useState } from "react";
import { useT } from "~/i18n";
import { Button, IconButton, TextInput } from "~/ui";
import { ChoiceValue, ExpressionOnly, useMode } from "./ChoiceControl";
import { VariantValue } from "./ContainerControls";
import { useForm } from "./context";
import { FieldList } from "./FieldList";
import { isObject, newItem, type Field } from "./fields";
import { FormField, type ControlProps } from "./FormField";
import { PreviewLine } from "./PreviewLine";
import { childPointer, problemsAt } from "./problems";
import { SecretValue } from "./SecretControl";
import { TextValue } from "./TextControl";
import { AnyValue, TypeMenu } from "./ValueControl";
import { textOfValue } from "./values";

/** The control of an item, which has no label of its own. */
function ItemValue(props: ControlProps & { label: string }) {
  const { field, value } = props;
  if (field.isSecret) return <SecretValue {...props} />;
  switch (field.kind) {
    case "choice":
      return <ChoiceValue {...props} />;
    case "variant":
      return <VariantValue {...props} />;
    case "any":
      return <AnyValue {...props} rows={2} />;
    case "object":
      return (
        <FieldList
          fields={field.fields}
          values={isObject(value) ? value : {}}
          pointer={props.pointer}
          onChange={props.onChange}
        />
      );
    default:
      return <TextValue {...props} keepEmpty />;
  }
}

/** Said below a row, because its control has no frame. */
function RowNotes({ value, pointer, field }: Pick<ControlProps, "value" | "pointer" | "field">) {
  const t = useT();
  const isWhole = ["object", "variant"].includes(field.kind);
  const found = problemsAt(useForm().problems, pointer, !isWhole);
  return (
    <>
      {!isWhole && <PreviewLine value={value} isWrong={found.length > 0} />}
      {found.map((problem) => (
        <p key={problem.message} className="ui-error">
          <span>{t.say(problem.message)}</span>
        </p>
      ))}
    </>
  );
}

/** How people call an object of a list: by its name, else by its number. */
function titleOf(field: Field, value: unknown, index: number, say: (text: string) => string): string {
  const name = isObject(value) ? (value.name ?? value.type) : undefined;
  const word = say(field.label || "") || "#";
  return typeof name === "string" && name ? `${word} ${index + 1}: ${name}` : `${word} ${index + 1}`;
}

function move(list: readonly unknown[], from: number, to: number): unknown[] {
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

interface RowProps extends ControlProps {
  index: number;
  list: readonly unknown[];
  onList: (list: unknown[]) => void;
}

function ListRow({ field, value, onChange, pointer, index, list, onList }: RowProps) {
  const t = useT();
  const { readOnly, say } = useForm();
  const isCard = ["object", "variant", "condition"].includes(field.kind);
  const title = titleOf(field, value, index, say);
  const actions = !readOnly && (
    <span className="form-row-actions">
      {isCard && index > 0 && (
        <IconButton icon="arrow-up" size="s" label={t.form.moveUp(title)} onClick={() => onList(move(list, index, index - 1))} />
      )}
      {isCard && index < list.length - 1 && (
        <IconButton icon="arrow-down" size="s" label={t.form.moveDown(title)} onClick={() => onList(move(list, index, index + 1))} />
      )}
      {field.kind === "any" && <TypeMenu value={value} onChange={onChange} />}
      <IconButton icon="x" size="s" label={t.form.removeItem(title)} onClick={() => onList(list.filter((_, at) => at !== index))} />
    </span>
  );
  return (
    <li className={isCard ? "form-card" : "form-row"} data-pointer={pointer}>
      {isCard && (
        <div className="form-card-head">
          <span className="form-card-title">{title}</span>
          {actions}
        </div>
      )}
      <div className="form-row-value">
        <ItemValue field={field} value={value} onChange={(next) => onChange(next ?? "")} pointer={pointer} label={title} />
        <RowNotes value={value} pointer={pointer} field={field} />
      </div>
      {!isCard && actions}
    </li>
  );
}

export function ListControl(props: ControlProps) {
  const { field, value, onChange, pointer } = props;
  const t = useT();
  const { readOnly, say } = useForm();
  const mode = useMode(field, value, onChange);
  const item = field.items;
  const list = Array.isArray(value) ? value : [];
  const set = (next: unknown[]) => onChange(next.length ? next : undefined);
  if (mode.isExpression || !item)
    return (
      <FormField {...props} actions={mode.toggle}>
        <ExpressionOnly {...props} />
      </FormField>
    );
  return (
    <FormField {...props} deep={false} actions={mode.toggle} preview={false}>
      {value === undefined && field.default !== undefined && <p className="muted">{t.form.byDefault(textOfValue(field.default))}</p>}
      {list.length > 0 && (
        <ol className="form-items">
          {list.map((one, index) => (
            <ListRow
              key={index}
              field={item}
              value={one}
              pointer={childPointer(pointer, index)}
              index={index}
              list={list}
              onList={set}
              onChange={(next) => set(list.map((other, at) => (at === index ? next : other)))}
            />
          ))}
        </ol>
      )}
      {!readOnly && (field.max === null || list.length < field.max) && (
        <Button size="s" icon="plus" className="form-add" onClick={() => set([...list, newItem(item)])}>
          {t.form.addItem(say(item.label || field.label))}
        </Button>
      )}
    </FormField>
  );
}

// ---- maps -------------------------------------------------------------------------------

type Row = readonly [string, unknown];

const objectOf = (rows: readonly Row[]) => Object.fromEntries(rows.filter(([name]) => name !== ""));

/** Rows of a map. One without a name is not in the map yet. */
function useRows(value: unknown, onChange: (value: unknown) => void) {
  const entries = isObject(value) ? Object.entries(value) : [];
  const [rows, setRows] = useState<readonly Row[]>(entries);
  const known = useRef(JSON.stringify(objectOf(entries)));
  const given = JSON.stringify(objectOf(entries));
  useEffect(() => {
    if (given === known.current) return;
    known.current = given;
    setRows(isObject(value) ? Object.entries(value) : []);
  }, [given, value]);
  const set = (next: readonly Row[]) => {
    const object = objectOf(next);
    setRows(next);
    known.current = JSON.stringify(object);
    onChange(Object.keys(object).length ? object : undefined);
  };
  return { rows, set };
}

function anyField(field: Field): Field {
  const bare = { name: "", kind: "any" as const, label: field.label, help: "", example: undefined, default: undefined };
  return { ...field, ...bare, isRequired: true, items: null, fields: [], variants: [] };
}

export function MapControl(props: ControlProps) {
  const { field, value, onChange, pointer } = props;
  const t = useT();
  const { readOnly, say } = useForm();
  const mode = useMode(field, value, onChange);
  const { rows, set } = useRows(value, onChange);
  const item = field.items ?? anyField(field);
  if (mode.isExpression)
    return (
      <FormField {...props} actions={mode.toggle}>
        <ExpressionOnly {...props} />
      </FormField>
    );
  const put = (index: number, row: Row) => set(rows.map((other, at) => (at === index ? row : other)));
  return (
    <FormField {...props} deep={false} actions={mode.toggle} preview={false}>
      {rows.length > 0 && (
        <ol className="form-items">
          {rows.map(([name, one], index) => {
            const title = name || `${index + 1}`;
            return (
              <li key={index} className="form-pair" data-pointer={childPointer(pointer, name)}>
                <TextInput
                  className="form-pair-name"
                  value={name}
                  placeholder={t.form.name}
                  aria-label={t.form.nameOf(say(field.label), index + 1)}
                  readOnly={readOnly}
                  onChange={(event) => put(index, [event.target.value, one])}
                />
                <div className="form-row-value">
                  <ItemValue
                    field={item}
                    value={one}
                    pointer={childPointer(pointer, name)}
                    label={t.form.valueOf(title)}
                    onChange={(next) => put(index, [name, next ?? ""])}
                  />
                  <RowNotes value={one} pointer={childPointer(pointer, name)} field={item} />
                </div>
                {!readOnly && (
                  <span className="form-row-actions">
                    {item.kind === "any" && <TypeMenu value={one} onChange={(next) => put(index, [name, next])} />}
                    <IconButton icon="x" size="s" label={t.form.removeItem(title)} onClick={() => set(rows.filter((_, at) => at !== index))} />
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {!readOnly && (
        <Button size="s" icon="plus" className="form-add" onClick={() => set([...rows, ["", newItem(item)]])}>
          {t.form.addEntry}
        </Button>
      )}
    </FormField>
  );
}
