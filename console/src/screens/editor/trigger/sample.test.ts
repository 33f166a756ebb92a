import { expect, it } from "vitest";
import { bodyThatFits } from "./sample";

const of = (config: unknown, nodes: unknown = []) => bodyThatFits({ trigger: { config }, nodes });

it("holds what nodes read", () =>
  expect(of({}, [{ config: { a: "${workflow.input.body.user.name} of ${workflow.input.body.items[0].id}" } }])).toEqual({
    user: { name: "name" },
    items: [{ id: "id" }],
  }));
it("passes the trigger's filter", () => {
  const filter = { all: [{ left: "${workflow.input.body.total}", op: "greater", right: 100 }, { left: "${workflow.input.body.kind}", op: "equals", right: "order" }] };
  expect(of({ filter }, [{ config: { data: "${workflow.input.body.total}" } }])).toEqual({ total: 101, kind: "order" });
});
it("keeps an object whose members are read, too", () =>
  expect(of({}, [{ a: "${workflow.input.body.user}", b: "${workflow.input.body.user.id}" }])).toEqual({ user: { id: "id" } }));
it("says something where nothing is read", () => expect(of({ auth: [] })).toEqual({ event: "test" }));
