import { describe, expect, it } from "vitest";
import { ExactNumber, isChanged, isContainer, readJson } from "./json";

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
