// How a value of a run is named in the workflow's document.
import type { JsonPath } from "~/ui";

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

function step(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return PLAIN.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
}

/** `${node.output.data.items[0]}` */
export const expressionOf = (root: string, path: JsonPath): string => `\${${root}${path.map(step).join("")}}`;

/** `data.items[0]`; the value itself is "$". */
export const pathText = (path: JsonPath): string => path.map(step).join("").replace(/^\./, "") || "$";
