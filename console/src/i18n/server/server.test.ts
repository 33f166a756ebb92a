import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { words } from "./zh";

/** Every text of the schema that forms are made of. */
function textsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "default" || key === "examples") return [];
    return (key === "title" || key === "description") && typeof inner === "string" ? [inner] : textsOf(inner);
  });
}

it("says what the server says of nodes and triggers, but for what is new", () => {
  const schema = JSON.parse(readFileSync("../docs/reference/workflow.schema.json", "utf8")) as { properties: Record<string, unknown> };
  const texts = [...new Set([...["nodes", "trigger", "name", "description", "tags", "retention"].flatMap((name) => textsOf(schema.properties[name]))])];
  const known = texts.filter((text) => words[text] !== undefined);
  expect(texts.length).toBeGreaterThan(100);
  expect(known.length / texts.length).toBeGreaterThan(0.9);
});
