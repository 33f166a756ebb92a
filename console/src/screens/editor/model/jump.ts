// The field that a problem leads to: the panel of its node puts the cursor there.
import { createStore } from "~/lib/store";

/** In place of a node: what the workflow's own properties are. */
export const WORKFLOW = "";

export interface Jump {
  node: string;
  /** The pointer in it: /config/url. */
  inside: string;
}

/** A new object each time, so that one can go to the same place again. */
export const jump = createStore<Jump | null>(null);
