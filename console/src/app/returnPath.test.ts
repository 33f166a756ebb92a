import { beforeAll, describe, expect, it, vi } from "vitest";
import { safeReturnPath } from "./returnPath";

beforeAll(() => vi.stubGlobal("window", { location: { origin: "https://pawl.example" } }));

describe("safeReturnPath", () => {
  it("keeps a path with its query", () => expect(safeReturnPath("/runs?status=failed")).toBe("/runs?status=failed"));
  it.each([null, "", "runs", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\n/evil.example"])(
    "takes %j nowhere",
    (wanted) => expect(safeReturnPath(wanted)).toBe("/"),
  );
});
