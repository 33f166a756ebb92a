// Labels and help of forms: all that a workflow's nodes, its trigger and its properties have.
import { translator } from "./translate";
import { nodes } from "./zh-nodes";
import { triggers } from "./zh-triggers";
import { types } from "./zh-types";
import { workflow } from "./zh-workflow";

export const fields: Readonly<Record<string, string>> = { ...types, ...workflow, ...triggers, ...nodes };

export const say = translator(fields);
