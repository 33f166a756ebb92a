import { describe, expect, it } from "vitest";
import { firstKey, rowsOf, type NodeRun, type RunDetail } from "./rows";
import { placeOf, scaleOf, ticksOf } from "./scale";

const T0 = Date.parse("2026-01-01T00:00:00Z");
const at = (ms: number) => new Date(T0 + ms).toISOString();

function attempt(n: number, from: number, to: number, isFailed = false): NodeRun["attempts"][number] {
  return { attempt: n, started_at: at(from), finished_at: at(to), error: isFailed ? { code: "x", message: "" } : null, output: null };
}
const node = (id: string, more: Partial<NodeRun>): NodeRun => ({ id, type: "http_request", name: id, status: "completed", attempts: [], ...more });
const run = (nodes: NodeRun[], more: Partial<RunDetail> = {}) =>
  ({ status: "completed", queued_at: at(0), started_at: at(10), finished_at: at(1000), error: null, nodes, ...more }) as RunDetail;

describe("rowsOf", () => {
  it("shows the queue, attempts and the waits between them", () => {
    const calls = node("call", { started_at: at(10), attempts: [attempt(1, 10, 30, true), attempt(2, 230, 250)] });
    const [queue, call] = rowsOf(run([calls]), T0);
    expect(queue?.segments).toEqual([{ kind: "queue", from: T0, to: T0 + 10, isOpen: false }]);
    expect(call?.segments.map(({ kind, from, to }) => [kind, from - T0, to - T0])).toEqual([
      ["failed", 10, 30],
      ["retry", 30, 230],
      ["ok", 230, 250],
    ]);
  });
  it("lets what goes on grow", () => {
    const waits = node("ask", { type: "wait", status: "waiting", waiting_for: "resume", started_at: at(20) });
    expect(rowsOf(run([waits], { status: "waiting" }), T0 + 500)[1]?.segments).toEqual([
      { kind: "wait", from: T0 + 20, to: T0 + 500, isOpen: true },
    ]);
  });
  it("puts what has not begun last", () => {
    const rows = rowsOf(run([node("never", { status: "skipped" }), node("b", { started_at: at(20) }), node("a", { started_at: at(15) })]), T0);
    expect(rows.map((row) => row.key)).toEqual(["trigger", "a", "b", "never"]);
  });
});

describe("firstKey", () => {
  it("is the node that failed the run", () => {
    const nodes = [node("soft", { status: "failed" }), node("hard", { status: "failed" })];
    expect(firstKey(run(nodes, { status: "failed", error: { code: "x", message: "", node: "hard" } }))).toBe("hard");
  });
  it("is the trigger when all went well", () => expect(firstKey(run([node("a", {})]))).toBe("trigger"));
});

describe("scaleOf", () => {
  it("takes a run of very many attempts, with few gaps", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => node(`n${n}`, { started_at: at(n * 100), attempts: [attempt(1, n * 100, n * 100 + (n % 100 ? 100 : 1))] }));
    const { pieces } = scaleOf(rowsOf(run(many), T0));
    expect(pieces.filter(({ isGap }) => isGap).length).toBeLessThanOrEqual(30);
    expect(pieces.at(-1)?.x1).toBeCloseTo(1);
  });
  const long = [
    node("a", { started_at: at(10), attempts: [attempt(1, 10, 60)] }),
    node("w", { type: "wait", started_at: at(60), attempts: [attempt(1, 60, 7_200_060)] }),
    node("b", { started_at: at(7_200_060), attempts: [attempt(1, 7_200_060, 7_200_110)] }),
  ];
  const scale = scaleOf(rowsOf(run(long), T0));
  it("shortens where nothing is done for long", () => {
    const gaps = scale.pieces.filter(({ isGap }) => isGap);
    expect(gaps.map(({ from, to }) => [from - T0, to - T0])).toEqual([[60, 7_200_060]]);
    expect(gaps[0] && gaps[0].x1 - gaps[0].x0).toBeCloseTo(0.06);
  });
  it("keeps equal work equally wide", () => {
    const width = (from: number, to: number) => placeOf(scale, T0 + to) - placeOf(scale, T0 + from);
    expect(width(10, 60)).toBeCloseTo(width(7_200_060, 7_200_110));
    expect(placeOf(scale, T0)).toBe(0);
    expect(placeOf(scale, T0 + 7_200_110)).toBeCloseTo(1);
  });
  it("does not shorten where there is nothing else", () =>
    expect(scaleOf(rowsOf(run([], { started_at: null, finished_at: null, status: "queued" }), T0 + 60_000)).pieces.every(({ isGap }) => !isGap)).toBe(true));
  it("has few ticks, in order, none in a gap", () => {
    const ticks = ticksOf(scale, 6);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.map(({ x }) => x)).toEqual(ticks.map(({ x }) => x).sort((a, b) => a - b));
  });
});
