import { expect, test } from "vitest";
import { en as sections } from "~/i18n/en";
import { actorName, objectName, resultName } from "./entry";
import { apiQueryOf, filterOf, NO_FILTER, queryOf } from "./filter";

const en = { ...sections, say: (text: string) => text };

test("a filter comes back out of its URL, and nonsense is left out", () => {
  const filter = { ...NO_FILTER, search: "a b", actor: "user:ada", action: "setSecret", result: "refused", last: "7d" } as const;
  expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  expect(filterOf(new URLSearchParams("result=maybe&last=1y&from=yesterday"))).toEqual(NO_FILTER);
  expect(queryOf(NO_FILTER)).toBe("");
});

test("the server is asked for a span as it is now, or for an exact window", () => {
  const now = Date.parse("2026-05-02T00:00:00Z");
  expect(apiQueryOf({ ...NO_FILTER, last: "24h" }, now).from).toBe("2026-05-01T00:00:00.000Z");
  const exact = filterOf(new URLSearchParams("last=24h&from=2026-04-01T00:00:00Z"));
  expect(apiQueryOf(exact, now)).toMatchObject({ from: "2026-04-01T00:00:00Z", to: undefined });
});

test("people read who did what to what, and how it ended", () => {
  expect(actorName("user:ada", en)).toBe("ada");
  expect(actorName("token:ops", en)).toBe("ops (token)");
  expect(actorName("system", en)).toBe("The server");
  expect(actorName("anonymous", en)).toBe("Unknown");
  expect(objectName({ target: "7", object: { name: "orders" } })).toBe("orders");
  expect(objectName({ target: "7", object: {} })).toBe("7");
  expect(resultName("ok", en)).toBe("Done");
  expect(resultName("last_owner", en)).toBe("last owner");
});
