// Writes src/api/schema.d.ts out of docs/reference/openapi.json, or checks that it is not stale.
// Use: node types.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../docs/reference/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const text = "// Written by scripts/types.mjs out of docs/reference/openapi.json.\n" + astToString(await openapiTS(source));

if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("console/src/api/schema.d.ts is stale: npm run types");
  process.exit(1);
}
