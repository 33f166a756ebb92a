import type { Messages } from "../en";
import { app } from "./app";
import { common } from "./common";
import { signIn } from "./signIn";
import { workflows } from "./workflows";

export const zh: Messages = {
  app,
  common,
  signIn,
  workflows,
};
