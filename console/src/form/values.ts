// Between what stands in a text field and the value in the document.
import type { Field } from "./fields";

const NUMBER_KINDS = ["integer", "number"];

/** A number is one when it is written as numbers are; anything else stays text, for the server to judge. */
export function valueOfText(field: Pick<Field, "kind">, text: string): unknown {
  if (text === "") return undefined;
  if (NUMBER_KINDS.includes(field.kind)) {
    const number = Number(text);
    if (String(number) === text && Number.isFinite(number)) return number;
  }
  return text;
}

/** When the field is left: "1.50" and " 7" are numbers, too. */
export function settledValue(field: Pick<Field, "kind">, value: unknown): unknown {
  if (!NUMBER_KINDS.includes(field.kind) || typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

export function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export type ValueType = "text" | "number" | "boolean" | "null" | "json";

export function typeOf(value: unknown): ValueType {
  if (value === null) return "null";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "object" ? "json" : "text";
}

/** The value as another type, as near as can be. */
export function convert(value: unknown, type: ValueType): unknown {
  const text = textOfValue(value);
  switch (type) {
    case "text":
      return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : text;
    case "number":
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
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // It was no JSON: it becomes the one member of a new object.
  }
  return text === "" ? {} : { value: text };
}

export interface JsonError {
  message: string;
}

/** The JSON value of the text, or why it is none. */
export function parseJson(text: string): { value: unknown } | JsonError {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}
