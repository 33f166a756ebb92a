// What went wrong with a call, as the server said it.

import type { components } from "./schema";

type ServerProblem = components["schemas"]["Problem"];
export type Problem = Pick<ServerProblem, "pointer" | "message"> & Partial<ServerProblem>;

export class ApiError extends Error {
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** The server's stable word for it; "network" when there was no answer. */
  readonly type: string;
  readonly problems: Problem[];
  /** Seconds, where the server asks for a pause. */
  readonly retryAfter: number | null;
  /** The whole error member, for what only one operation says. */
  readonly body: Record<string, unknown>;

  constructor(status: number, type: string, detail: string, more: Partial<ApiError> = {}) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.problems = more.problems ?? [];
    this.retryAfter = more.retryAfter ?? null;
    this.body = more.body ?? {};
  }

  get isNetwork(): boolean {
    return this.status === 0;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error of an answer whose status is none of success. */
export async function errorOf(response: Response): Promise<ApiError> {
  const pause = Number(response.headers.get("Retry-After"));
  const more = { retryAfter: pause > 0 ? pause : null };
  const body: unknown = await response.json().catch(() => null);
  const error = isRecord(body) && isRecord(body.error) ? body.error : null;
  if (!error) return new ApiError(response.status, "unknown", response.statusText, more);
  return new ApiError(response.status, String(error.type ?? "unknown"), String(error.detail ?? response.statusText), {
    ...more,
    problems: Array.isArray(error.problems) ? (error.problems as Problem[]) : [],
    body: error,
  });
}
