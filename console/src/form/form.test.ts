import { describe, expect, it } from "vitest";
import { bare, negated, readCondition, withMore, withOperator, withoutItem } from "./condition";
import { complete, isInString } from "./complete";
import { allPaths, prune, shortValue, suggest } from "./data";
import { hasExpression, holdsExpression, pathOf, pathsIn, segments, typedAt } from "./expression";
import { fieldsOf, isShown, newItem, withMember } from "./fields";
import { childPointer, problemsAt, problemsOfObject } from "./problems";
import { convert, seemingType, settledValue, typeOf, valueOfText } from "./values";

const kinds = (text: string) => segments(text).map((segment) => `${segment.kind}:${segment.text}`);

describe("expressions in a text", () => {
  it("are told from the text around them", () => {
    expect(kinds("Hello ${a.output.x}!")).toEqual(["text:Hello ", "expression:${a.output.x}", "text:!"]);
    expect(kinds("${a.output.x}${b.output}")).toEqual(["expression:${a.output.x}", "expression:${b.output}"]);
  });
  it("may hold a brace in quotes, brackets and defaults", () => {
    const odd = "${a.output['}'].b ?? {\"c\": \"}\"}}";
    expect(kinds(`${odd}.`)).toEqual([`expression:${odd}`, "text:."]);
    expect(kinds("${a.output[?@.x == 'it\\'s }']}")).toHaveLength(1);
  });
  it("are none behind a second dollar, and open until they are closed", () => {
    expect(kinds("$${no} ${yes}")).toEqual(["text:$${", "text:no} ", "expression:${yes}"]);
    expect(kinds("x ${a.out")).toEqual(["text:x ", "open:${a.out"]);
    expect(hasExpression("$${a}")).toBe(false);
    expect(holdsExpression({ a: [1, { b: "${c.output}" }] })).toBe(true);
    expect(holdsExpression({ a: "${" })).toBe(true);
  });
  it("give their paths without defaults, each once", () => {
    expect(pathsIn(["${a.output.x ?? 'y'}", { k: "${ a.output.x } and ${b.output['?? x']}" }])).toEqual([
      "a.output.x",
      "b.output['?? x']",
    ]);
  });
  it("quote the names that need it", () => {
    expect(pathOf("call.output", ["data", "odd key", 0, "it's", "naïve", "1st"])).toBe(
      "call.output.data['odd key'][0]['it\\'s'].naïve['1st']",
    );
    expect(pathOf("x.output", ["a\nb", "c\\d"])).toBe("x.output['a\\u000ab']['c\\\\d']");
  });
  it("know what is typed at the cursor", () => {
    expect(typedAt("a ${b.ou", 8)).toEqual({ path: "b.ou", from: 2, to: 8 });
    expect(typedAt("a ${b.output}!", 6)).toEqual({ path: "b.", from: 2, to: 13 });
    expect(typedAt("a ${b.output}!", 13)).toBeNull();
    expect(typedAt("a ${b", 1)).toBeNull();
    expect(typedAt("${b.out and more", 4)).toEqual({ path: "b.", from: 0, to: 7 });
  });
});

describe("data", () => {
  const roots = [
    { expression: "workflow.input", label: "", value: { body: { email: "a@b", tags: ["x"] } }, origin: "run" as const },
    { expression: "call.output", label: "", value: { data: { email: 1 } }, origin: "example" as const },
  ];
  it("has a path for every place, the nearest first", () => {
    expect(allPaths(roots).map((one) => one.path)).toEqual([
      "workflow.input",
      "call.output",
      "workflow.input.body",
      "call.output.data",
      "workflow.input.body.email",
      "workflow.input.body.tags",
      "call.output.data.email",
      "workflow.input.body.tags[0]",
    ]);
  });
  it("suggests what begins so, then what holds the words", () => {
    const all = allPaths(roots);
    expect(suggest(all, "call.output.data.")[0]?.path).toBe("call.output.data.email");
    expect(suggest(all, "email").map((one) => one.path)).toEqual(["workflow.input.body.email", "call.output.data.email"]);
    expect(suggest(all, "input email")).toHaveLength(1);
    expect(suggest(all, "nothing")).toEqual([]);
  });
  it("is cut to what is searched, and lists keep their places", () => {
    expect(prune({ a: { b: "Berlin" }, c: 1 }, "berlin")).toEqual({ a: { b: "Berlin" } });
    expect(prune({ list: [{ x: 1 }, { y: 2 }] }, "y")).toEqual({ list: [, { y: 2 }] });
    expect(prune({ a: 1 }, "zzz")).toBeUndefined();
    expect(prune({ a: 1 }, " ")).toEqual({ a: 1 });
  });
  it("is said in one line", () => {
    expect(shortValue("a\n  b")).toBe("a b");
    expect(shortValue({ a: "xxxxxxxx" }, 8)).toBe('{"a":"x…');
    expect(shortValue(undefined)).toBe("");
  });
});

describe("fields of a schema", () => {
  const schema = {
    type: "object",
    properties: {
      method: { anyOf: [{ enum: ["GET", "POST"] }, { type: "string" }], title: "Method", default: "GET", "x-pawl-type": "choice" },
      retries: { type: "integer", minimum: 0, maximum: 20, "x-pawl-type": "integer", "x-pawl-static": true },
      body: { "x-pawl-type": "any", "x-pawl-show-if": "method=POST|PUT", "x-pawl-secrets-ok": true },
      auth: {
        anyOf: [{ oneOf: [{ title: "Basic", properties: { type: { const: "basic" }, user: { "x-pawl-type": "string" } } }] }],
        "x-pawl-type": "variant",
      },
      cases: {
        anyOf: [
          {
            type: "array",
            minItems: 1,
            items: {
              anyOf: [
                {
                  properties: { name: { "x-pawl-type": "string" } },
                  required: ["name"],
                  allOf: [{ $ref: "#/$defs/condition", "x-pawl-type": "condition" }],
                },
              ],
              "x-pawl-type": "object",
            },
          },
        ],
        "x-pawl-type": "list",
      },
      later: { "x-pawl-type": "a kind of tomorrow" },
    },
    required: ["method"],
    $defs: { condition: { properties: { op: { enum: ["equals", "exists"], "x-pawl-unary": ["exists"] } } } },
  };
  const fields = fieldsOf(schema);
  const field = (name: string) => fields.find((one) => one.name === name)!;
  it("are read with all that a form needs", () => {
    expect(field("method")).toMatchObject({ kind: "choice", choices: ["GET", "POST"], default: "GET", isRequired: true, isStatic: false });
    expect(field("retries")).toMatchObject({ min: 0, max: 20, isStatic: true, label: "retries" });
    expect(field("auth").variants).toMatchObject([{ name: "basic", label: "Basic", fields: [{ name: "user" }] }]);
    expect(field("later").kind).toBe("any");
  });
  it("know a condition that its object itself is", () => {
    const item = field("cases").items!;
    expect(item.fields.map((one) => [one.name, one.isWhole])).toEqual([
      ["name", false],
      ["", true],
    ]);
    expect(item.fields[1]?.operators).toEqual({ names: ["equals", "exists"], unary: ["exists"] });
    expect(newItem(item)).toEqual({ left: "", op: "equals", right: "" });
  });
  it("are shown by what their siblings are", () => {
    expect(isShown(field("body"), fields, {})).toBe(false);
    expect(isShown(field("body"), fields, { method: "PUT" })).toBe(true);
    expect(isShown(field("body"), fields, { method: "${a.output}" })).toBe(true);
  });
  it("are set and taken away", () => {
    expect(withMember({ a: 1 }, "b", 2)).toEqual({ a: 1, b: 2 });
    expect(withMember({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
  });
});

describe("texts and values", () => {
  it("make numbers of what is written as one", () => {
    const integer = { kind: "integer" as const };
    expect(valueOfText(integer, "12")).toBe(12);
    expect(valueOfText(integer, "12.")).toBe("12.");
    expect(valueOfText(integer, "${a.output}")).toBe("${a.output}");
    expect(valueOfText(integer, "")).toBeUndefined();
    expect(valueOfText({ kind: "string" }, "12")).toBe("12");
    expect(settledValue(integer, "1.50")).toBe(1.5);
    expect(settledValue(integer, "x")).toBe("x");
    const large = "12345678901234567890";
    expect(String(valueOfText(integer, large))).toBe(large);
    expect(String(settledValue(integer, ` ${large}`)).trim()).toBe(large);
    expect(String(convert(large, "number"))).toBe(large);
  });
  it("say of what kind they are, and what a text seems to be", () => {
    expect([typeOf("100"), typeOf(100), typeOf("${a.output}"), typeOf(null), typeOf(true)]).toEqual(["text", "number", "expression", "null", "boolean"]);
    expect(["100", "-1.5e3", "true", "null", "100 %", "", "${a.output}", "0x1"].map(seemingType)).toEqual(
      ["number", "number", "boolean", "null", null, null, null, null]);
    expect(convert("a.output.data", "expression")).toBe("${a.output.data}");
    expect(convert("some words", "expression")).toBe("${}");
  });
  it("go from type to type", () => {
    expect(typeOf([1])).toBe("json");
    expect(convert("12", "number")).toBe(12);
    expect(convert("true", "boolean")).toBe(true);
    expect(convert('{"a":1}', "json")).toEqual({ a: 1 });
    expect(convert("x", "json")).toEqual({ value: "x" });
    expect(convert([1], "text")).toBe("[\n  1\n]");
  });
});

describe("conditions", () => {
  const leaf = { left: 1, op: "equals", right: 2 };
  const operators = { names: ["equals", "exists"], unary: ["exists"] };
  it("are read in each of their forms", () => {
    expect(readCondition({ all: [leaf] })).toEqual({ kind: "group", group: "all", items: [leaf] });
    expect(readCondition({ not: leaf })).toEqual({ kind: "not", inner: leaf });
    expect(readCondition(undefined)).toMatchObject({ kind: "leaf", op: "" });
  });
  it("grow, shrink and turn round", () => {
    const two = withMore({ name: "x", ...leaf }, leaf);
    expect(two).toEqual({ all: [leaf, leaf] });
    expect(withoutItem({ group: "all", items: [leaf, leaf] }, 0)).toEqual(leaf);
    expect(withoutItem({ group: "all", items: [leaf] }, 0)).toBeNull();
    expect(negated(negated(leaf))).toEqual(leaf);
    expect(bare({ name: "x", ...leaf })).toEqual(leaf);
  });
  it("keep the right value only where it is of use", () => {
    expect(withOperator(leaf, "exists", operators)).toEqual({ left: 1, op: "exists" });
    expect(withOperator({ left: 1, op: "exists" }, "equals", operators)).toEqual({ left: 1, op: "equals", right: "" });
  });
});

describe("problems", () => {
  const problems = [
    { pointer: "/nodes/0/config", message: '"url" is missing: a text' },
    { pointer: "/nodes/0/config/headers/a~1b", message: "bad" },
  ];
  it("stand at their fields, those of missing members, too", () => {
    expect(problemsAt(problems, "/nodes/0/config/url", false)).toHaveLength(1);
    expect(problemsAt(problems, "/nodes/0/config/headers", false)).toEqual([]);
    expect(problemsAt(problems, "/nodes/0/config/headers", true)).toHaveLength(1);
    expect(problemsAt(problems, childPointer("/nodes/0/config/headers", "a/b"), false)).toHaveLength(1);
    expect(problemsOfObject(problems, "/nodes/0/config", ["url"])).toEqual([]);
    expect(problemsOfObject(problems, "/nodes/0/config", [])).toHaveLength(1);
  });
});

describe("completion in JSON", () => {
  const all = [{ path: "a.output.x", value: 1 }];
  it("brings the quotes along where there are none", () => {
    const bareText = '{"k": }';
    expect(complete(all, bareText, 6)).toMatchObject({ from: 6, options: [{ apply: '"${a.output.x}"' }] });
    const inside = '{"k": "${a."}';
    expect(isInString(inside, 8)).toBe(true);
    expect(complete(all, inside, 11)).toMatchObject({ from: 7, to: 11, options: [{ apply: "${a.output.x}" }] });
    expect(complete(all, '{"k": "${zzz', 12)).toBeNull();
  });
});
