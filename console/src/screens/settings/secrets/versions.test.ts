import { expect, test } from "vitest";
import { isWindow, lastUse, presentVersion, stateOf, type Version } from "./versions";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const version = (id: string, not_before: string | null, not_after: string | null, last_used_at: string | null = null): Version => ({
  id,
  created_at: "2026-01-01T00:00:00Z",
  not_before,
  not_after,
  last_used_at,
});

test("a version is valid from its begin to its end, which is no part of it", () => {
  expect(stateOf(version("1", null, null), NOW)).toBe("valid");
  expect(stateOf(version("1", "2026-05-01T12:00:00Z", null), NOW)).toBe("valid");
  expect(stateOf(version("1", "2026-05-01T12:00:01Z", null), NOW)).toBe("pending");
  expect(stateOf(version("1", null, "2026-05-01T12:00:00Z"), NOW)).toBe("expired");
});

test("the newest valid version is the present one", () => {
  const later = version("3", "2027-01-01T00:00:00Z", null);
  const now = version("2", null, "2026-06-01T00:00:00Z");
  const old = version("1", null, "2026-05-02T00:00:00Z");
  expect(presentVersion([later, now, old], NOW)?.id).toBe("2");
  expect(presentVersion([later], NOW)?.id).toBe("3");
  expect(presentVersion([], NOW)).toBeUndefined();
});

test("the last use is the latest of all versions", () => {
  const uses = [version("2", null, null, "2026-04-02T00:00:00Z"), version("1", null, null, "2026-04-03T00:00:00Z"), version("0", null, null)];
  expect(lastUse(uses)).toBe("2026-04-03T00:00:00Z");
  expect(lastUse(uses.slice(2))).toBeNull();
});

test("a version ends after it begins, and not in the past", () => {
  expect(isWindow("", "", NOW)).toBe(true);
  expect(isWindow("", "2026-05-01T11:00:00Z", NOW)).toBe(false);
  expect(isWindow("2026-07-01T00:00:00Z", "2026-06-01T00:00:00Z", NOW)).toBe(false);
  expect(isWindow("2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z", NOW)).toBe(true);
});
