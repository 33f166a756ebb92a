import { app } from "./app";
import { common } from "./common";
import { signIn } from "./signIn";
import { workflows } from "./workflows";

export const en = {
  app,
  common,
  signIn,
  workflows,
};

export type Messages = typeof en;
