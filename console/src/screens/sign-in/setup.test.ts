import { expect, it } from "vitest";
import { passwordLength, setupTokenOf } from "./setup";

it("finds the token in the fragment", () => expect(setupTokenOf("#/setup?token=abc")).toBe("abc"));
it("finds none elsewhere", () => {
  expect(setupTokenOf("")).toBe("");
  expect(setupTokenOf("#/other?token=abc")).toBe("");
});
it("counts characters", () => expect(passwordLength("密码🔑")).toBe(3));
