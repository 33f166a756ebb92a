import { account } from "./account";
import { app } from "./app";
import { common } from "./common";
import { form } from "./form";
import { editor } from "./editor";
import { editorDialogs } from "./editorDialogs";
import { inspector } from "./inspector";
import { overview } from "./overview";
import { runs } from "./runs";
import { requests } from "./requests";
import { settings } from "./settings";
import { signIn } from "./signIn";
import { trigger } from "./trigger";
import { triggerUses } from "./triggerUses";
import { workflows } from "./workflows";

export const en = {
  account,
  app,
  common,
  form,
  editor,
  editorDialogs,
  inspector,
  overview,
  runs,
  requests,
  settings,
  signIn,
  trigger,
  triggerUses,
  workflows,
};

export type Texts = typeof en;
/** And what the server says, in the reader's language (server/). */
export type Messages = Texts & { say: (text: string) => string };
