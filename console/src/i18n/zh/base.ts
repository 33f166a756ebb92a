// What every page needs; the other sections come with the screens that use them.
import { app } from "./app";
import { common } from "./common";

export const base = { app, common };
