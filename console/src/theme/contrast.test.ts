import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokens(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split("}")[0] ?? "";
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1] as string, found[2] as string]));
}

/** WCAG 2: relative luminance of "#rrggbb". */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["--bg", "--surface", "--surface-2", "--surface-3"];
const tones = ["--ok", "--warn", "--danger", "--info", "--wait"];
const pairs = [
  ...["--text", "--muted", "--accent-ink"].flatMap((text) => grounds.map((ground) => [text, ground])),
  ...tones.flatMap((tone) => [[tone, `${tone}-soft`], [tone, "--surface"], [tone, "--bg"]]),
  ["--accent-ink", "--accent-soft"],
  ["--text", "--accent-soft"],
  ["--muted", "--neutral-soft"],
  ["--accent-text", "--accent"],
  ["--accent-text", "--accent-hover"],
  ["--danger-text", "--danger"],
  ...["--code-key", "--code-string", "--code-number", "--code-keyword"].flatMap((text) => [[text, "--surface"], [text, "--surface-3"]]),
] as [string, string][];

const light = tokens(":root");
const dark = new Map([...light, ...tokens(':root[data-theme="dark"]')]);

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s theme", (_, theme) => {
  it.each(pairs)("%s can be read on %s", (text, ground) =>
    expect(contrast(theme.get(text) as string, theme.get(ground) as string)).toBeGreaterThanOrEqual(4.5),
  );
});
