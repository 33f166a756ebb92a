// What the server says, by the English text: labels and help, problems, refusals, what went wrong. Names
// of things that people type, such as JSON, stay as they are.
import { translator, type Words } from "./translate";
import { answers } from "./zh-answers";
import { checks } from "./zh-checks";
import { documents } from "./zh-documents";
import { network } from "./zh-network";
import { types } from "./zh-types";

const forms = import.meta.glob<Words>("./zh-forms/**/*.ts", { eager: true, import: "words" });

export const words: Words = Object.assign({}, answers, checks, documents, network);
export const labels: Words = Object.assign({}, types, ...Object.values(forms));

export const find = translator(words, { labels });
