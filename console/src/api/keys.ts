// Names of what TanStack Query holds: the resource first, so that one call can drop all of a kind.

export const keys = {
  session: ["session"] as const,
  info: ["info"] as const,
  nodeTypes: ["node-types"] as const,
  triggerTypes: ["trigger-types"] as const,
  presets: ["presets"] as const,
  examples: ["examples"] as const,
  workflows: (filter?: unknown) => (filter === undefined ? (["workflows"] as const) : (["workflows", filter] as const)),
  workflow: (id: string, part = "document") => ["workflow", id, part] as const,
  runs: (filter?: unknown) => (filter === undefined ? (["runs"] as const) : (["runs", filter] as const)),
  run: (id: string) => ["run", id] as const,
  requests: (filter?: unknown) => (filter === undefined ? (["requests"] as const) : (["requests", filter] as const)),
  sessions: ["sessions"] as const,
  users: ["users"] as const,
  tokens: ["tokens"] as const,
  secrets: ["secrets"] as const,
  audit: ["audit"] as const,
  system: ["system"] as const,
  stats: (range?: unknown) => (range === undefined ? (["stats"] as const) : (["stats", range] as const)),
  request: (id: string) => ["request", id] as const,
};

/** Descriptions of types change with the server's version only. */
export const FOREVER = { staleTime: Infinity, gcTime: Infinity } as const;
