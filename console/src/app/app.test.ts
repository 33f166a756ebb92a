import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { platform: "Linux x86_64" });
const { keyCaps, keyName } = await import("./shortcuts");
const { match } = await import("./match");
const { isAt } = await import("./routes");

const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe("keyName", () => {
  it("takes Ctrl and Cmd for one", () => {
    expect(press("K", { ctrlKey: true })).toBe("mod+k");
    expect(press("k", { metaKey: true })).toBe("mod+k");
  });
  it("leaves Shift out of a character", () => expect(press("?", { shiftKey: true })).toBe("?"));
  it("names Shift with other keys", () => expect(press("Enter", { shiftKey: true })).toBe("shift+enter"));
});

describe("keyCaps", () => {
  it("writes sequences and chords", () => {
    expect(keyCaps("g w")).toEqual([["G"], ["W"]]);
    expect(keyCaps("mod+k")).toEqual([["Ctrl", "K"]]);
  });
});

describe("match", () => {
  it("takes words in any order", () => expect(match("user wel", "welcome-user")).toBe(true));
  it("ignores case and accents", () => expect(match("uber", "Über uns")).toBe(true));
  it("wants every word", () => expect(match("welcome order", "welcome-user")).toBe(false));
});

describe("isAt", () => {
  it.each([
    ["/runs", "/runs", true],
    ["/runs", "/runs/", true],
    ["/runs", "/runs/7", false],
    ["/runs/:id", "/runs/7", true],
    ["/runs/:id/compare/:other", "/runs/7/compare/8", true],
    ["/settings/:tab?", "/settings", true],
    ["/settings/:tab?", "/settings/users", true],
    ["/settings/:tab?", "/settings/users/7", false],
  ])("%s takes %s: %s", (pattern, path, is) => expect(isAt(pattern, path)).toBe(is));
});
