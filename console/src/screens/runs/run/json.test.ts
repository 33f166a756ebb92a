import { describe, expect, it } from "vitest";
import { adviceKey } from "./Failure";
import { inputProblem, parseJson } from "./json";

describe("parseJson", () => {
  it("gives the value", () => expect(parseJson('{"a":1}')).toEqual({ value: { a: 1 }, problem: null }));
  it("says where it is wrong", () => {
    const { problem } = parseJson('{"a":}');
    expect(problem?.from).toBe(5);
  });
  it("knows what no input can be", () => {
    expect(inputProblem(parseJson("[1]"))).toBe("object");
    expect(inputProblem(parseJson("{"))).toBe("syntax");
    expect(inputProblem(parseJson("{}"))).toBeNull();
  });
});

describe("adviceKey", () => {
  it("looks at the status of an answer", () => {
    expect(adviceKey("http_status", "POST x answered 402")).toBe("http_4xx");
    expect(adviceKey("connect", "no way")).toBe("connect");
  });
});
