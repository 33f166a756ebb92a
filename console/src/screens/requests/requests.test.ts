import { describe, expect, it } from "vitest";
import { curlOf, quote } from "./curl";
import { filterOf, isFiltered, NO_FILTER, queryOf, windowOf } from "./filter";
import { bytesOf, hexDump } from "./hex";

const parse = (text: string) => filterOf(new URLSearchParams(text));

describe("filter", () => {
  it("stands in the URL and comes back", () => {
    const text = "q=octo+cat&verdict=refused&workflow=7&last=24h";
    expect(queryOf(parse(text))).toBe(text);
  });
  it("leaves out what has no meaning", () => expect(parse("verdict=odd&last=9y&from=soon")).toEqual(NO_FILTER));
  it("takes an exact window before a span", () =>
    expect(parse("last=1h&from=2026-01-02T03:04:05Z")).toMatchObject({ last: "", from: "2026-01-02T03:04:05Z" }));
  it("is none when all is empty", () => expect(isFiltered(NO_FILTER)).toBe(false));
  it("counts a span back from now", () =>
    expect(windowOf(parse("last=1h"), Date.parse("2026-01-02T03:00:00Z"))).toEqual({ from: "2026-01-02T02:00:00.000Z" }));
});

describe("curl", () => {
  const request = { method: "POST", target: "/hooks/a?b=c", headers: [{ name: "Host", value: "h" }], body: "" };
  it("keeps every character from the shell", () => expect(quote("it's $HOME `x`")).toBe("'it'\\''s $HOME `x`'"));
  it("leaves out what curl writes itself", () => expect(curlOf(request, "http://h")).toBe("curl -X 'POST' 'http://h/hooks/a?b=c'"));
  it("sends a body that begins with @ as it is", () =>
    expect(curlOf({ ...request, body: "@file" }, "")).toContain("--data-raw '@file'"));
  it("sends an empty header", () =>
    expect(curlOf({ ...request, headers: [{ name: "X-Empty", value: "" }] }, "")).toContain("-H 'X-Empty;'"));
  it("decodes a body that is no text", () =>
    expect(curlOf({ ...request, body: null, body_base64: "AAE=" }, "")).toMatch(/^printf %s 'AAE=' \| base64 -d \| curl .*--data-binary @-$/s));
});

describe("hexDump", () => {
  it("shows offset, bytes and text", () =>
    expect(hexDump(bytesOf({ body: "Hello, wörld! 123" }))).toBe(
      "00000000  48 65 6c 6c 6f 2c 20 77 c3 b6 72 6c 64 21 20 31  Hello, w..rld! 1\n" +
        "00000010  32 33                                            23",
    ));
  it("reads base64", () => expect([...bytesOf({ body: null, body_base64: "AP8=" })]).toEqual([0, 255]));
  it("ends in time", () => expect(hexDump(new Uint8Array(100), 2).split("\n")).toHaveLength(2));
});
