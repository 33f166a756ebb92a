import { expect, test } from "vitest";
import { browserName } from "./browser";

test("a browser is called by its name and its system", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
  expect(browserName(chrome)).toBe("Chrome · Linux");
  expect(browserName(`${chrome} Edg/140.0`)).toBe("Edge · Linux");
  expect(browserName("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 Version/18 Safari/605")).toBe("Safari · macOS");
  expect(browserName("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")).toBe("Firefox · Android");
});

test("what is no browser keeps its own name", () => {
  expect(browserName("curl/8.5")).toBe("curl/8.5");
  expect(browserName("")).toBe("");
});
