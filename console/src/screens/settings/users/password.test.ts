import { expect, test } from "vitest";
import { generatePassword } from "./password";

test("a generated password is long, random, and can be read out", () => {
  const some = Array.from({ length: 50 }, generatePassword);
  expect(new Set(some).size).toBe(50);
  for (const password of some) expect(password).toMatch(/^([a-km-z2-9]{5}-){3}[a-km-z2-9]{5}$/);
});
