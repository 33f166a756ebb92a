// Undo and redo. Documents share what did not change, so each step costs little.

export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last step was: one that follows soon and is of the same kind joins it. */
  kind: string | null;
  at: number;
}

const MOST = 200;
const JOIN_MS = 1000;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], kind: null, at: 0 });

/** A step. `kind` names steps that join when they come close together: typing, moving by arrow keys. */
export function step<T>(history: History<T>, present: T, kind: string | null, at: number): History<T> {
  if (present === history.present) return history;
  const joins = kind !== null && kind === history.kind && at - history.at < JOIN_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-MOST);
  return { past, present, future: [], kind, at };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], kind: null, at: 0 };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, kind: null, at: 0 };
}
