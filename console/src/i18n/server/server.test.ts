import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { serverTexts } from "./sources";
import { keyOf, labelOf } from "./key";
import { translator } from "./translate";
import { wordsOfPreset } from "~/screens/editor/trigger/presetWords";
import { find, labels, words } from "./zh";
import { documents, find as findDocuments } from "./zh-documents";

const forms = import.meta.glob<Record<string, string>>("./zh-forms/**/*.ts", { eager: true, import: "words" });
const wordsOf = (of: string) => forms[`./zh-forms/${of}.ts`] ?? {};
const say = (text: string) => find(text) ?? text;

/** Every text of the schema that forms are made of. */
function textsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "default" || key === "examples") return [];
    return (key === "title" || key === "description") && typeof inner === "string" ? [inner] : textsOf(inner);
  });
}

const json = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;

interface TypeSchema {
  if: { properties: { type: { const: string } } };
  then: { properties: { config: unknown } };
}
interface DocumentSchema {
  properties: Record<string, unknown> & { nodes: { items: { properties: object; allOf: TypeSchema[] } }; trigger: { allOf: TypeSchema[] } };
}
const typesOf = (all: readonly TypeSchema[]) =>
  all.map((one) => ({ name: one.if.properties.type.const, config: one.then.properties.config }));

describe("Chinese has words for", () => {
  const { properties } = json("../docs/reference/workflow.schema.json") as DocumentSchema;
  const missing = (of: string, ...parts: unknown[]) => parts.flatMap(textsOf).filter((text) => labelOf(wordsOf(of), text) === undefined);
  const types = typesOf(properties.nodes.items.allOf);
  const triggers = typesOf(properties.trigger.allOf);
  it("what a form says, in the file of what the form is of", () => {
    expect(types.length).toBeGreaterThan(8);
    for (const { name, config } of types) expect(missing(`nodes/${name}`, config), name).toEqual([]);
    expect(missing("node", properties.nodes.items.properties)).toEqual([]);
    expect(triggers.length).toBeGreaterThan(4);
    for (const { name, config } of triggers) expect(missing(`triggers/${name}`, config), name).toEqual([]);
    expect(missing("workflow", ...["name", "description", "tags", "retention"].map((name) => properties[name]))).toEqual([]);
  });
  it("each text once, or the same ones", () => {
    const different = Object.values(forms).flatMap((file) => Object.entries(file).filter(([key, said]) => labels[key] !== said));
    expect(different).toEqual([]);
  });
  it("presets and examples", () => {
    const presets = readdirSync("../presets").map((name) => json(`../presets/${name}`) as { description: string; algorithm?: unknown });
    for (const { description, algorithm = "" } of presets) expect(labelOf(wordsOf(wordsOfPreset({ algorithm: String(algorithm) })), description), description).toBeDefined();
    const examples = readdirSync("../examples").map((name) => json(`../examples/${name}/workflow.json`));
    const texts = examples.map((one) => (one as { description?: string }).description ?? "");
    expect(texts.filter((text) => labelOf(wordsOf("examples"), text) === undefined)).toEqual([]);
  });
  it("each problem, refusal and failure in the server's sources", () => {
    // Some are put together of several texts: then the whole has words, with each of them between places.
    const pieces = new Set(Object.keys(words).flatMap((text) => text.split("{}").map((piece) => piece.trim())));
    const isKnown = (text: string) => words[text] !== undefined || labelOf(labels, text) !== undefined || pieces.has(text.trim());
    const missing = [...serverTexts("../src")].flatMap(([file, texts]) =>
      texts.filter((text) => !isKnown(text)).map((text) => `${file}: ${text}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("a short key", () => {
  it("belongs to one text only", () => {
    const sources = Object.values(import.meta.glob<string>(["./zh-forms/**/*.ts", "./zh-types.ts"], { eager: true, query: "?raw", import: "default" }));
    const found = sources.flatMap((source) => [...source.matchAll(/^  (?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\w+)):/gm)]);
    const texts = new Set(found.map(([, double, single, name]) => (double?.replaceAll('\\"', '"') ?? single?.replaceAll("\\'", "'") ?? name) as string));
    const keys = new Set([...texts].map(keyOf));
    expect(keys.size).toBe(texts.size);
    // And each stands there by its key, as the build has them.
    expect(Object.keys(labels).sort()).toEqual([...keys].sort());
  });
});

describe("a message that is told by a part of the words", () => {
  it("is told as by all of them", () => {
    const texts = Object.keys(words).map((text) => text.replaceAll("{}", "x1"));
    const known = texts.filter((text) => findDocuments(text) !== undefined);
    expect(known.length).toBeGreaterThan(Object.keys(documents).length * 0.9);
    expect(known.filter((text) => findDocuments(text) !== say(text))).toEqual([]);
  });
  it("is not told where a part of it has words elsewhere", () => {
    const part = translator({ "it is so: {}": "如此：{}" }, { isPart: true });
    expect(part("it is so: x1")).toBe("如此：x1");
    expect(part("it is so: a clock is wrong")).toBeUndefined();
  });
});

describe("a text of the server's", () => {
  const found = translator({ "no {} here": "此处无{}", "{} before {}": "{2}之前是{1}", thing: "东西", "bad word": "坏词", "it is {}: {}": "是{}：{}" });
  const of = (text: string) => found(text) ?? text;
  it("stays as it is without words", () => expect(of("quite unknown")).toBe("quite unknown"));
  it("is found whole", () => expect(of("thing")).toBe("东西"));
  it("is found by its pattern, and so are its parts", () => expect(of("no thing here")).toBe("此处无东西"));
  it("may change the order of its parts", () => expect(of("a1 before b2")).toBe("b2之前是a1"));
  it("keeps what people wrote", () => expect(of("no {1} $& here")).toBe("此处无{1} $&"));
  it("may have a stable word in front", () => expect(of("bad_word: no x here")).toBe("坏词：此处无x"));
  it("is told with its values", () => {
    expect(say('"x" has no port "y"; did you mean "z"? (it has true, false)')).toBe("“x”没有端口“y”；您是否想写“z”？（它有 true, false）");
    expect(say("the signature is right, but the timestamp is 900 s old; 300 s are allowed")).toBe("签名正确，但时间戳已过去 900 秒；允许 300 秒");
  });
  it("is told with what the network's libraries say", () => {
    expect(say("GET 127.0.0.1:9: Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server")).toBe(
      "GET 127.0.0.1:9：0 毫秒后仍无法连接 127.0.0.1 的端口 9：无法连接服务器",
    );
    expect(say("POST a.example: SSL certificate problem: self-signed certificate")).toBe("POST a.example：证书有问题：自签名证书");
    expect(say("GET 127.0.0.1:1: OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number")).toBe(
      "GET 127.0.0.1:1：TLS 连接出错：SSL 错误 0A00010B：对方所说的不是 TLS，或版本不符",
    );
  });
});
