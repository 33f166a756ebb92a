import { describe, expect, it } from "vitest";
import { added, choiceOf, NOTHING, replayBody, verifiable } from "./bulk";
import { entryOf } from "./Checks";
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
  const command = (more: object, origin = "") => curlOf({ ...request, ...more }, origin).command;
  it("keeps every character from the shell", () => expect(quote("it's $HOME `x`")).toBe("'it'\\''s $HOME `x`'"));
  it("leaves out what curl writes itself", () => expect(command({}, "http://h")).toBe("curl -X 'POST' 'http://h/hooks/a?b=c'"));
  it("sends a body that begins with @ as it is", () => expect(command({ body: "@file" })).toContain("--data-raw '@file'"));
  it("sends an empty header", () => expect(command({ headers: [{ name: "X-Empty", value: "" }] })).toContain("-H 'X-Empty;'"));
  it("decodes a body that is no text", () =>
    expect(command({ body: null, body_base64: "AAE=" })).toMatch(/^printf %s 'AAE=' \| base64 -d \| curl .*--data-binary @-$/s));
  it("leaves variables in place of what is hidden", () => {
    const headers = [
      { name: "Authorization", value: "***" },
      { name: "X-Api-Key", value: "id=***; more=***" },
    ];
    const { command: text, hidden } = curlOf({ ...request, target: "/h?token=***", headers, body: "***" }, "");
    expect(hidden).toEqual(["URL_PART", "AUTHORIZATION", "X_API_KEY", "X_API_KEY_2", "BODY_PART"]);
    expect(text).toContain(`'/h?token='"\${URL_PART:?}" \\`);
    expect(text).toContain(`-H 'Authorization: '"\${AUTHORIZATION:?}" \\`);
    expect(text).toContain(`-H 'X-Api-Key: id='"\${X_API_KEY:?}"'; more='"\${X_API_KEY_2:?}" \\`);
    expect(text).toMatch(/--data-raw "\$\{BODY_PART:\?\}"$/);
  });
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

describe("all that fit", () => {
  it("is what the list shows", () => {
    expect(choiceOf(parse("verdict=filtered&workflow=7"))).toMatchObject({ kind: "filtered", workflow: "7" });
    expect(choiceOf(parse("verdict=refused")).kind).toBe("quarantine");
    expect(choiceOf(parse("verdict=handshake")).kind).toBe("accepted");
  });
  it("says only what was chosen", () => {
    const body = (part: object, query = "") => JSON.parse(JSON.stringify(replayBody({ ...choiceOf(parse(query)), ...part }, parse(query), 0, true)));
    expect(body({})).toEqual({ dry_run: true });
    expect(body({ kind: "duplicate", status: "failed", isDraft: true })).toEqual({ verdict: "duplicate", dry_run: true });
    expect(body({ isDraft: true, perSecond: "5" }, "workflow=7&from=2026-01-02T03:04:05Z")).toEqual({
      workflow: "7",
      from: "2026-01-02T03:04:05Z",
      draft: true,
      per_second: 5,
      dry_run: true,
    });
  });
  it("verifies workflows that have a URL in force", () => {
    const workflow = (id: string, status: "active" | "paused", hook_url: string | null) => ({ id, name: `w${id}`, status, hook_url });
    const all = [workflow("1", "active", "u"), workflow("2", "paused", "u"), workflow("3", "active", null), workflow("4", "active", "u")];
    expect(verifiable(all, "")).toEqual(["1", "4"]);
    expect(verifiable(all, "w4")).toEqual(["4"]);
  });
  it("adds up", () =>
    expect(added({ ...NOTHING, refused: 1, reasons: { a: 1 } }, { ...NOTHING, refused: 3, reasons: { a: 1, b: 2 } })).toMatchObject({
      refused: 4,
      reasons: { a: 2, b: 2 },
    }));
});

describe("the entry that is shown", () => {
  it("is the one that let it in, or that the mistake is about", () => {
    expect(entryOf({ detail: { auth: "signature", entry: 1 } })).toBe(1);
    expect(entryOf({ detail: null, diagnosis: { reason: null, code: "x", message: "", entry: 2 } })).toBe(2);
    expect(entryOf({ detail: null })).toBeNull();
  });
});
