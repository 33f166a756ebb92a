// What can be done to a run, by the state that it is in.
import { call, type Schemas } from "~/api/client";
import { isEnded } from "./list/merge";

export type Deed = "cancel" | "pause" | "resume" | "retry" | "restart" | "replay";

type Judged = Pick<Schemas["Run"], "status" | "paused"> & { nodes?: readonly Pick<Schemas["NodeRun"], "status" | "waiting_for">[] };

/** Does a node wait for a person? */
export const waitsForPerson = (node: Pick<Schemas["NodeRun"], "status" | "waiting_for">): boolean =>
  node.status === "waiting" && (node.waiting_for === "resume" || node.waiting_for === "decision");

export function isPossible(deed: Deed, run: Judged): boolean {
  const ended = isEnded(run.status);
  switch (deed) {
    case "cancel":
      return !ended;
    case "pause":
      return !ended && !run.paused;
    case "resume":
      return !ended && (run.paused || !!run.nodes?.some(waitsForPerson));
    case "retry":
      return ended && run.status !== "completed";
    case "restart":
      return ended;
    case "replay":
      return true;
  }
}

/** Does it; the id of the run that there is afterwards. */
export async function perform(deed: Exclude<Deed, "resume">, run: string): Promise<string> {
  if (deed === "replay") return (await call("post", "/api/v1/runs/{run}/replay", { path: { run }, body: {} })).id;
  const paths = {
    cancel: "/api/v1/runs/{run}/cancel",
    pause: "/api/v1/runs/{run}/pause",
    retry: "/api/v1/runs/{run}/retry",
    restart: "/api/v1/runs/{run}/restart",
  } as const;
  return (await call("post", paths[deed], { path: { run } })).id;
}
