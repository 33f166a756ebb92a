import { describe, expect, it } from "vitest";
import { preferredLanguage } from "./index";
import { en } from "./en";
import { zh } from "./zh";

describe("preferredLanguage", () => {
  it("takes the stored choice first", () => expect(preferredLanguage("zh", ["en-US"])).toBe("zh"));
  it("takes the browser's first that there is", () => expect(preferredLanguage(null, ["fr", "zh-TW", "en"])).toBe("zh"));
  it("falls back to English", () => expect(preferredLanguage(null, ["fr"])).toBe("en"));
});

/** Every message, by its path. */
function texts(messages: object, path = ""): [string, unknown][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? texts(value, `${path}${key}.`) : [[path + key, value]],
  );
}

describe("the languages", () => {
  const english = new Map(texts(en));
  it("have the same messages", () => expect(texts(zh).map(([path]) => path).sort()).toEqual([...english.keys()].sort()));
  it("have none that is empty", () => expect(texts(zh).filter(([, text]) => text === "")).toEqual([]));
  it("keep names in English only where they are names", () => {
    const same = texts(zh).filter(([path, text]) => typeof text === "string" && text === english.get(path) && /[a-z]{4}/.test(text));
    const names = /^(Pawl|Webhook|JSON|YAML|pawl|curl|Node\.js|Python|cron|https?:|UTC|X-|[a-z_.]+$)/;
    expect(same.filter(([, text]) => !names.test(String(text)))).toEqual([]);
  });
});
