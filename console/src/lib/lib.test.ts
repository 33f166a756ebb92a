import { describe, expect, it } from "vitest";
import { bytes } from "./bytes";
import { hasHidden, hiddenParts } from "./hidden";
import { isNewer } from "./ids";
import { reasonCode, reasonText, reasonWord } from "./reason";
import { duration, relativeTime } from "./time";

describe("duration", () => {
  it.each([
    [0.42, "0.4 ms"],
    [340, "340 ms"],
    [2400, "2.4 s"],
    [42_000, "42 s"],
    [185_000, "3 min 5 s"],
    [7_800_000, "2 h 10 min"],
    [86_400_000, "1 d"],
  ])("writes %d ms as %s", (ms, text) => expect(duration(ms)).toBe(text));
});

describe("relativeTime", () => {
  it("speaks the reader's language", () => {
    expect(relativeTime(0, 180_000, "en")).toBe("3 min. ago");
    expect(relativeTime(0, 180_000, "zh")).toBe("3分钟前");
    expect(relativeTime(7_200_000, 0, "en")).toBe("in 2 hr.");
  });
});

describe("bytes", () => {
  it.each([
    [512, "512 B"],
    [1536, "1.5 KiB"],
    [20 * 1024 * 1024, "20 MiB"],
  ])("writes %d as %s", (n, text) => expect(bytes(n)).toBe(text));
});

describe("what the server hides", () => {
  it("is three stars, and no more", () => expect(["a ***", "****", "**"].map(hasHidden)).toEqual([true, false, false]));
  it("parts the text", () => expect(hiddenParts("a ***, *** b")).toEqual(["a ", ", ", " b"]));
});

describe("isNewer", () => {
  it("compares ids as numbers", () => {
    expect(isNewer("10", "9")).toBe(true);
    expect(isNewer("3766201757948968960", "3766201757948968961")).toBe(false);
  });
});

describe("the reason of a refusal", () => {
  it("is told as what it means, which a colon may be in", () => {
    const reason = "malformed_body: not JSON: line 1";
    expect([reasonCode(reason), reasonWord(reason), reasonText(reason)]).toEqual(["malformed_body", "malformed body", "not JSON: line 1"]);
    expect(reasonText("rate_limited")).toBe("rate_limited");
  });
});
