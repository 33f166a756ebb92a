import { createStore } from "~/lib/store";

export interface Crumb {
  title: string;
  href?: string;
}

const store = createStore<readonly Crumb[]>([]);

export const setCrumbs = store.set;
export const useCrumbs = store.use;
