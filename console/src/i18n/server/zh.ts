// What the server says, by the English text: labels and help, problems, refusals, what went wrong. Names
// of things that people type, such as JSON, stay as they are.
import { translator } from "./translate";
import { answers } from "./zh-answers";
import { checks } from "./zh-checks";
import { documents } from "./zh-documents";
import { fields } from "./zh-fields";
import { network } from "./zh-network";
import { presets } from "./zh-presets";

export const words: Readonly<Record<string, string>> = { ...answers, ...checks, ...documents, ...network, ...presets, ...fields };

export const say = translator(words);
