import { app } from "./app";
import { common } from "./common";
import { form } from "./form";
import { signIn } from "./signIn";
import { workflows } from "./workflows";

export const en = {
  app,
  common,
  form,
  signIn,
  workflows,
};

export type Messages = typeof en;
