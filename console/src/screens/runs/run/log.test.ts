import { describe, expect, it } from "vitest";
import { expressionOf, pathText } from "./expression";
import { adviceKey } from "./Failure";
import { logOf } from "./log";
import type { NodeRun, RunDetail } from "./rows";

const at = (ms: number) => new Date(Date.parse("2026-01-01T00:00:00Z") + ms).toISOString();
const error = { code: "http_status", message: "answered 503" };
const call: NodeRun = {
  id: "call",
  type: "http_request",
  name: "Call",
  status: "completed",
  started_at: at(10),
  finished_at: at(300),
  attempts: [
    { attempt: 1, started_at: at(10), finished_at: at(50), error, output: null },
    { attempt: 2, started_at: at(250), finished_at: at(300), error: null, output: null },
  ],
};
const note: NodeRun = {
  id: "note",
  type: "log",
  name: "Note",
  status: "completed",
  started_at: at(310),
  finished_at: at(310),
  input: { level: "warn", message: "careful" },
  output: { data: "careful" },
  attempts: [],
};
const run = { status: "completed", queued_at: at(0), started_at: at(5), finished_at: at(320), duration_ms: 315, error: null, nodes: [note, call] } as unknown as RunDetail;

describe("logOf", () => {
  it("tells what happened, in order", () =>
    expect(logOf(run).map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      "queued info",
      "started info",
      "attempt debug",
      "failed warn",
      "retry warn",
      "attempt debug",
      "completed info",
      "message warn",
      "ended info",
    ]));
  it("says how long a retry was waited for", () => expect(logOf(run).find(({ kind }) => kind === "retry")).toMatchObject({ ms: 200, attempt: 2 }));
});

describe("expressionOf", () => {
  it("names a value as a document does", () =>
    expect(expressionOf("call.output", ["data", "items", 0, "first-name"])).toBe('${call.output.data.items[0]["first-name"]}'));
  it("names paths", () => {
    expect(pathText(["data", 0])).toBe("data[0]");
    expect(pathText([])).toBe("$");
  });
});

describe("adviceKey", () => {
  it("looks at the status of an answer", () => {
    expect(adviceKey("http_status", "POST x answered 402")).toBe("http_4xx");
    expect(adviceKey("connect", "no way")).toBe("connect");
  });
});
