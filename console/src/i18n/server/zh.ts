// What the server says of its types, by the English text. Names of things people type, such as JSON,
// stay as they are.
import { nodes } from "./zh-nodes";
import { triggers } from "./zh-triggers";

export const words: Readonly<Record<string, string>> = { ...triggers, ...nodes };
