// What every page needs; the other sections come with the screens that use them.
import { app } from "./app";
import { common } from "./common";
import { signIn } from "./signIn";
import { workflows } from "./workflows";

export const base = { app, common, signIn, workflows };
