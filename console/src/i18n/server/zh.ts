// What the server says of its types, by the English text. Names of things people type, such as JSON,
// stay as they are.
import { nodes } from "./zh-nodes";
import { triggers } from "./zh-triggers";
import { types } from "./zh-types";
import { workflow } from "./zh-workflow";

export const words: Readonly<Record<string, string>> = { ...types, ...workflow, ...triggers, ...nodes };
