import { describe, expect, it } from "vitest";
import { ExactNumber, isChanged, isContainer, readJson, tryJson } from "./json";

describe("a number", () => {
  it("would change when JavaScript has not its digits", () => {
    const changed = ["9007199254740993", "-12345678901234567890", "0.12345678901234567890123", "1e400", "123456789012345678901234567890.5"];
    expect(changed.filter((text) => !isChanged(text))).toEqual([]);
    const kept = ["0", "-0", "0.0", "1", "-1.50", "1e2", "1E-7", "9007199254740992", "0.1", "1e21", "1000000000000000000000", "5e-324", "100e-2"];
    expect(kept.filter(isChanged)).toEqual([]);
  });
});

// Node.js 20 does not tell a number's text; browsers and newer ones do.
describe.skipIf(!JSON.rawJSON)("JSON", () => {
  it("keeps the digits of numbers, there and back", () => {
    const text = '{"id":12345678901234567890,"list":[9007199254740993,1,1e400],"text":"12345678901234567890"}';
    const value = readJson(text) as { id: ExactNumber; list: unknown[] };
    expect(JSON.stringify(value)).toBe(text);
    expect(String(value.id)).toBe("12345678901234567890");
    expect(isContainer(value.id)).toBe(false);
    expect(value.list[1]).toBe(1);
  });
});

describe("tryJson", () => {
  it("gives the value", () => expect(tryJson('{"a": [1, {}, []]} ')).toEqual({ value: { a: [1, {}, []] } }));
  it.each([
    ["", 0],
    ["  ", 2],
    ["x", 0],
    ["{", 1],
    ['{"a"}', 4],
    ['{"a":}', 5],
    ['{"a": 1,}', 8],
    ['{"a": 1 "b": 2}', 8],
    ["[1, 2", 5],
    ["[1, ]", 4],
    ["[01]", 1],
    ["[1.]", 1],
    ['["a\nb"]', 1],
    ['["a\\x"]', 1],
    ["[]]", 2],
    ["1 2", 2],
    ["nul", 0],
    ["truely", 0],
    ['{"a": {"b": [1, {"c": tru}]}}', 22],
    ["{a: 1}", 1],
    ["['a']", 1],
  ])("finds where %s goes wrong", (text, at) => expect(tryJson(text).fault?.at).toBe(at));
  it("counts lines and columns from 1", () =>
    expect(tryJson('{\n  "a": 1\n  "b": 2\n}').fault).toEqual({ at: 13, line: 3, column: 3 }));
  it("finds the end of every text that is cut, or the value that was cut there", () => {
    const whole = '{"a": [1, -2.5e3, "x\\u00e9", true, null], "b": {"c": {}}}';
    for (let n = 0; n < whole.length; n++) {
      const at = tryJson(whole.slice(0, n)).fault?.at ?? -1;
      expect(whole.slice(at, n)).toMatch(/^("[^"]*|[-+.\w]*)$/);
    }
  });
});
