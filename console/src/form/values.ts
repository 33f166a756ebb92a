// Between what stands in a text field and the value in the document.
import { ExactNumber, isChanged, isContainer, readJson } from "~/lib/json";
import { hasExpression } from "./expression";
import type { Field } from "./fields";

const NUMBER_KINDS = ["integer", "number"];
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Where the browser cannot keep all digits, text does. */
const exact = (text: string): ExactNumber | string => (JSON.rawJSON ? new ExactNumber(text) : text);

/** Does it look like a number? */
export const isNumeric = (text: string): boolean => NUMBER.test(text);

/** A number is one when it is written as numbers are; anything else stays text, for the server to judge. */
export function valueOfText(field: Pick<Field, "kind">, text: string): unknown {
  if (text === "") return undefined;
  if (NUMBER_KINDS.includes(field.kind)) {
    const number = Number(text);
    if (String(number) === text && Number.isFinite(number)) return number;
    if (NUMBER.test(text) && isChanged(text)) return exact(text);
  }
  return text;
}

/** When the field is left: "1.50" and " 7" are numbers, too. */
export function settledValue(field: Pick<Field, "kind">, value: unknown): unknown {
  if (!NUMBER_KINDS.includes(field.kind) || typeof value !== "string" || value.trim() === "") return value;
  const text = value.trim();
  const number = Number(text);
  if (NUMBER.test(text) && isChanged(text)) return exact(text);
  return Number.isFinite(number) ? number : value;
}

export function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export type ValueType = "text" | "expression" | "number" | "boolean" | "null" | "json";

export function typeOf(value: unknown): ValueType {
  if (value === null) return "null";
  if (typeof value === "number" || value instanceof ExactNumber) return "number";
  if (typeof value === "boolean") return "boolean";
  if (isContainer(value)) return "json";
  return typeof value === "string" && hasExpression(value) ? "expression" : "text";
}

/** What a text seems to mean that is kept as a text; null: nothing else. */
export function seemingType(value: unknown): "number" | "boolean" | "null" | null {
  if (typeof value !== "string") return null;
  if (isNumeric(value)) return "number";
  if (value === "true" || value === "false") return "boolean";
  return value === "null" ? "null" : null;
}

const PATH = /^[a-z_][\w.[\]'"*?@$ -]*$/i;

/** The value as another type, as near as can be. */
export function convert(value: unknown, type: ValueType): unknown {
  const text = textOfValue(value);
  switch (type) {
    case "text":
      return isContainer(value) ? JSON.stringify(value, null, 2) : text;
    case "expression":
      return hasExpression(text) ? text : `\${${PATH.test(text) && text.includes(".") ? text : ""}}`;
    case "number":
      if (NUMBER.test(text) && isChanged(text)) return exact(text);
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : 0;
    case "boolean":
      return text === "true";
    case "null":
      return null;
    case "json":
      return parsed(text);
  }
}

function parsed(text: string): unknown {
  try {
    const value = readJson(text);
    if (isContainer(value)) return value;
  } catch {
    // It was no JSON: it becomes the one member of a new object.
  }
  return text === "" ? {} : { value: text };
}
