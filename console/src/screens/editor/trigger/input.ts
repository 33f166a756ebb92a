// A first input for a run by hand, made of what the trigger says that it takes.
import type { Config } from "./types";

const isRecord = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that a JSON Schema may take: its example or default, else the plainest of its type. */
export function sampleOf(schema: unknown, depth = 0): unknown {
  if (!isRecord(schema) || depth > 6) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  for (const list of [schema.examples, schema.enum]) if (Array.isArray(list) && list.length) return list[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (isRecord(schema.properties) || type === "object") {
    const members = Object.entries(isRecord(schema.properties) ? schema.properties : {});
    return Object.fromEntries(members.map(([name, one]) => [name, sampleOf(one, depth + 1)]));
  }
  if (type === "array") return schema.items ? [sampleOf(schema.items, depth + 1)] : [];
  if (type === "string") return "";
  if (type === "boolean") return false;
  return type === "number" || type === "integer" ? Number(schema.minimum ?? 0) : null;
}

export function firstInput(config: Config): unknown {
  if (config.input_schema !== undefined) return sampleOf(config.input_schema);
  return config.input === undefined ? {} : { data: config.input };
}
