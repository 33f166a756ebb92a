import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { zh } from "./phrases";

const PARTS = ["autocomplete", "commands", "language", "lint", "merge", "search", "view"];

it("has words for all that CodeMirror says", () => {
  const said = PARTS.flatMap((part) => {
    const source = readFileSync(`node_modules/@codemirror/${part}/dist/index.js`, "utf8");
    const calls = [...source.matchAll(/\bphrase\(([^)]*)\)/g)].map(([, inside]) => inside ?? "");
    return calls.flatMap((inside) => [...inside.matchAll(/"([^"]+)"/g)].map(([, text]) => text ?? ""));
  });
  expect(said.length).toBeGreaterThan(20);
  expect(said.filter((text) => !(text in zh))).toEqual([]);
});
