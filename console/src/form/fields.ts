// What a form shows, read from the server's JSON Schema with its x-pawl-* keywords. Nothing here knows
// a node type or a trigger: what the server describes is what there is.
import { isContainer } from "~/lib/json";

export type FieldKind =
  | "string"
  | "text"
  | "integer"
  | "number"
  | "boolean"
  | "duration"
  | "size"
  | "choice"
  | "url"
  | "time"
  | "cidr"
  | "any"
  | "map"
  | "object"
  | "variant"
  | "list"
  | "condition";

export interface Field {
  /** Of the member; "" for items, and for a condition that its object itself is. */
  name: string;
  kind: FieldKind;
  label: string;
  help: string;
  example: unknown;
  default: unknown;
  isRequired: boolean;
  /** No expressions. */
  isStatic: boolean;
  isSecret: boolean;
  /** May hold ${secrets.NAME}. */
  maySecret: boolean;
  isAdvanced: boolean;
  /** The object that holds it is its value. */
  isWhole: boolean;
  showIf: { name: string; values: string[] } | null;
  choices: string[];
  min: number | null;
  max: number | null;
  /** Of lists and maps. */
  items: Field | null;
  /** Of objects. */
  fields: Field[];
  variants: Variant[];
  operators: Operators;
}

export interface Variant {
  name: string;
  label: string;
  fields: Field[];
}

export interface Operators {
  names: string[];
  /** Those that look at one value only. */
  unary: string[];
}

export type Schema = { readonly [key: string]: unknown };

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const schemaOf = (value: unknown): Schema => (isSchema(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

const KINDS: readonly FieldKind[] = [
  ..."string text integer number boolean duration size choice url time cidr any map object variant list condition".split(" "),
] as FieldKind[];

function kindOf(schema: Schema): FieldKind {
  const word = textOf(schema["x-pawl-type"]);
  return KINDS.find((kind) => kind === word) ?? "any";
}

function showIfOf(schema: Schema): Field["showIf"] {
  const [name, values] = textOf(schema["x-pawl-show-if"]).split("=");
  return name && values !== undefined ? { name, values: values.split("|") } : null;
}

function operatorsOf(root: Schema): Operators {
  const condition = schemaOf(schemaOf(root.$defs).condition);
  const op = schemaOf(schemaOf(condition.properties).op);
  return { names: listOf(op.enum).map(String), unary: listOf(op["x-pawl-unary"]).map(String) };
}

function variantOf(value: unknown, root: Schema): Variant {
  const schema = schemaOf(value);
  const type = schemaOf(schemaOf(schema.properties).type);
  const fields = membersOf(schema, root).filter((field) => field.name !== "type");
  return { name: textOf(type.const), label: textOf(schema.title), fields };
}

function fieldOf(name: string, outer: Schema, root: Schema, isRequired: boolean): Field {
  // Where an expression may stand for the value, the value itself is the first alternative.
  const value = "anyOf" in outer ? schemaOf(listOf(outer.anyOf)[0]) : outer;
  const kind = kindOf(outer);
  const bound = (...names: string[]) => names.map((one) => numberOf(value[one])).find((one) => one !== null) ?? null;
  return {
    name,
    kind,
    label: textOf(outer.title) || name,
    help: textOf(outer.description),
    example: listOf(outer.examples)[0],
    default: outer.default,
    isRequired,
    isStatic: outer["x-pawl-static"] === true,
    isSecret: outer["x-pawl-secret"] === true,
    maySecret: outer["x-pawl-secrets-ok"] === true,
    isAdvanced: outer["x-pawl-advanced"] === true,
    isWhole: false,
    showIf: showIfOf(outer),
    choices: listOf(value.enum).map(String),
    min: bound("minimum", "minLength", "minItems", "minProperties"),
    max: bound("maximum", "maxLength", "maxItems", "maxProperties"),
    items: itemOf(value, kind, root),
    fields: kind === "object" ? membersOf(value, root) : [],
    variants: kind === "variant" ? listOf(value.oneOf).map((one) => variantOf(one, root)) : [],
    operators: kind === "condition" ? operatorsOf(root) : { names: [], unary: [] },
  };
}

function itemOf(value: Schema, kind: FieldKind, root: Schema): Field | null {
  if (kind === "list" && isSchema(value.items)) return fieldOf("", value.items, root, true);
  if (kind === "map" && isSchema(value.additionalProperties)) return fieldOf("", value.additionalProperties, root, true);
  return null;
}

function membersOf(schema: Schema, root: Schema): Field[] {
  const required = listOf(schema.required);
  const named = Object.entries(schemaOf(schema.properties)).map(([name, one]) =>
    fieldOf(name, schemaOf(one), root, required.includes(name)),
  );
  const whole = listOf(schema.allOf)
    .filter((one) => isSchema(one) && "x-pawl-type" in one)
    .map((one) => ({ ...fieldOf("", schemaOf(one), root, true), isWhole: true }));
  return [...named, ...whole];
}

/** The fields of an object that a JSON Schema describes. `root` holds its $defs. */
export function fieldsOf(schema: unknown, root: unknown = schema): Field[] {
  const outer = schemaOf(schema);
  const value = "anyOf" in outer ? schemaOf(listOf(outer.anyOf)[0]) : outer;
  return membersOf(value, schemaOf(root));
}

export type Values = Readonly<Record<string, unknown>>;

function plainText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Is the field of use, as its siblings stand? An expression may turn out either way. */
export function isShown(field: Field, fields: readonly Field[], values: Values): boolean {
  if (!field.showIf) return true;
  const { name, values: wanted } = field.showIf;
  const value = values[name] ?? fields.find((other) => other.name === name)?.default;
  if (typeof value === "string" && value.includes("${")) return true;
  return value !== undefined && wanted.includes(plainText(value));
}

/** The value with one member set; undefined takes it away. */
export function withMember(values: Values, name: string, value: unknown): Values {
  if (value !== undefined) return { ...values, [name]: value };
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}

/** A value to begin with: the default, or what is empty and of the right kind. */
export function emptyValue(field: Field): unknown {
  if (field.default !== undefined) return field.default;
  switch (field.kind) {
    case "boolean":
      return false;
    case "choice":
      return field.choices[0] ?? "";
    case "list":
      return [];
    case "map":
    case "object":
      return {};
    case "condition":
      return { left: "", op: field.operators.names[0] ?? "", right: "" };
    case "variant":
      return { type: field.variants[0]?.name ?? "" };
    default:
      return "";
  }
}

/** A new item of a list. An object gets what it needs, so that it can be filled in. */
export function newItem(field: Field): unknown {
  if (field.kind !== "object") return emptyValue(field);
  const whole = field.fields.find((one) => one.isWhole);
  return whole ? (emptyValue(whole) as Values) : {};
}

export const isObject = (value: unknown): value is Record<string, unknown> => isContainer(value) && !Array.isArray(value);
