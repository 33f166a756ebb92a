// The same deed for many runs, one after another, until all are done or somebody stops it.
import { useRef, useState } from "react";
import { errorText } from "~/ui";
import { useT } from "~/i18n";

export interface Batch {
  total: number;
  done: number;
  failures: { id: string; message: string }[];
  state: "idle" | "running" | "stopped" | "done";
}

const IDLE: Batch = { total: 0, done: 0, failures: [], state: "idle" };

export function useBatch(act: (id: string) => Promise<unknown>) {
  const t = useT();
  const [batch, setBatch] = useState<Batch>(IDLE);
  const isStopped = useRef(false);
  const start = async (ids: readonly string[]) => {
    isStopped.current = false;
    const failures: Batch["failures"] = [];
    for (const [done, id] of ids.entries()) {
      if (isStopped.current) {
        setBatch({ total: ids.length, done, failures, state: "stopped" });
        return;
      }
      setBatch({ total: ids.length, done, failures: [...failures], state: "running" });
      await act(id).catch((error: unknown) => failures.push({ id, message: errorText(error, t) }));
    }
    setBatch({ total: ids.length, done: ids.length, failures, state: "done" });
  };
  return { batch, start, stop: () => (isStopped.current = true) };
}
