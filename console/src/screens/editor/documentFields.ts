// The fields of a document and of its nodes, as the server's schema of whole documents describes them.
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { FOREVER } from "~/api/keys";
import { fieldsOf, type Field } from "~/form";

export interface DocumentFields {
  /** What the canvas and the panels do not show already: name, tags, retention … */
  workflow: Field[];
  nodeName: Field[];
  /** General settings of every node. */
  nodeSettings: Field[];
}

const DRAWN = ["version", "trigger", "nodes", "edges", "ui"];

export function documentFields(schema: unknown): DocumentFields {
  const { properties } = schema as { properties?: { nodes?: { items?: unknown } } };
  const node = fieldsOf(properties?.nodes?.items, schema);
  return {
    workflow: fieldsOf(schema).filter((field) => !DRAWN.includes(field.name)),
    nodeName: node.filter((field) => field.name === "name"),
    nodeSettings: node.find((field) => field.name === "settings")?.fields ?? [],
  };
}

export const useDocumentFields = () =>
  useQuery({
    queryKey: ["document-schema"],
    queryFn: async ({ signal }) => documentFields(await call("get", "/api/v1/schema", { signal })),
    ...FOREVER,
  });
