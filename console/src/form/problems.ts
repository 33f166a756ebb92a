// Problems at the fields they are about, by JSON pointers (RFC 6901).
import type { Problem } from "~/api/errors";

export function childPointer(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replace(/~/g, "~0").replace(/\//g, "~1")}`;
}

export const isInside = (pointer: string, outer: string): boolean => pointer === outer || pointer.startsWith(`${outer}/`);

/** Of a member that is not there, the server speaks at the object: its name in quotes comes first. */
function isMissing(problem: Problem, pointer: string): boolean {
  const slash = pointer.lastIndexOf("/");
  const name = pointer.slice(slash + 1).replace(/~1/g, "/").replace(/~0/g, "~");
  return problem.pointer === pointer.slice(0, slash) && problem.message.startsWith(`"${name}" is missing`);
}

/** Those of one field. `deep`: also of all that is inside. */
export function problemsAt(problems: readonly Problem[], pointer: string, deep: boolean): Problem[] {
  return problems.filter(
    (problem) => (deep ? isInside(problem.pointer, pointer) : problem.pointer === pointer) || isMissing(problem, pointer),
  );
}

/** Those of an object that are not shown at one of its members. */
export function problemsOfObject(problems: readonly Problem[], pointer: string, members: readonly string[]): Problem[] {
  return problems.filter(
    (problem) => problem.pointer === pointer && !members.some((name) => isMissing(problem, childPointer(pointer, name))),
  );
}
