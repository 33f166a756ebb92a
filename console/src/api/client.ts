// Calls of the public API, typed by its OpenAPI document (schema.d.ts; `npm run types`).
import { readJson } from "~/lib/json";
import { ApiError, errorOf } from "./errors";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Method = "get" | "post" | "put" | "patch" | "delete";

type Operations<M extends Method> = {
  [P in keyof paths as paths[P] extends Record<M, { responses: unknown }> ? P : never]: paths[P] extends Record<
    M,
    infer O
  >
    ? O
    : never;
};

type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type Success<R> = R extends { 200: infer A }
  ? Json<A>
  : R extends { 201: infer A }
    ? Json<A>
    : R extends { 202: infer A }
      ? Json<A>
      : undefined;
type Part<O, K extends string> = O extends { parameters: Record<K, infer T> } ? T : undefined;
type Query<O> = O extends { parameters: { query?: infer T } } ? T : undefined;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? B
  : O extends { requestBody?: { content: { "application/json": infer B } } }
    ? B | undefined
    : undefined;

interface Options<O> {
  path?: Part<O, "path">;
  query?: Query<O>;
  body?: Body<O>;
  /** The version that is meant: refused with 412 when there is a newer one. */
  ifMatch?: string;
  signal?: AbortSignal;
  /** A 401 is this call's own business: it does not lead to the sign-in screen. */
  expectSignedOut?: boolean;
}

export interface Answer<T> {
  data: T;
  etag: string | null;
}

let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

/** The session's token, which every write carries. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** What to do when the server no longer knows who we are. */
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

/** Puts values into the braces of a path and adds the query. */
export function urlOf(path: string, values: object = {}, query: object = {}): string {
  const filled = path.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    encodeURIComponent(String((values as Record<string, unknown>)[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== "") search.append(name, String(one));
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

export interface RawOptions {
  body?: unknown;
  /** A text that is sent as it is. */
  text?: { content: string; type: string };
  headers?: Record<string, string>;
  signal?: AbortSignal;
  expectSignedOut?: boolean;
}

/** One request. Throws an ApiError for whatever is no success. */
export async function send(method: string, url: string, options: RawOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.text) headers["Content-Type"] = options.text.type;
  if (csrfToken && method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: options.text ? options.text.content : options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, "network", "");
  }
  if (response.ok) return response;
  if (response.status === 401 && !options.expectSignedOut) onSignedOut();
  throw await errorOf(response);
}

/** A call and its answer's ETag. */
export async function callFull<M extends Method, P extends keyof Operations<M> & string>(
  method: M,
  path: P,
  options: Options<Operations<M>[P]> = {},
): Promise<Answer<Success<Operations<M>[P] extends { responses: infer R } ? R : never>>> {
  const response = await send(method.toUpperCase(), urlOf(path, options.path ?? {}, options.query ?? {}), {
    body: options.body,
    signal: options.signal,
    expectSignedOut: options.expectSignedOut,
    headers: options.ifMatch ? { "If-Match": options.ifMatch } : {},
  });
  const data = response.status === 204 ? undefined : readJson(await response.text());
  return { data: data as never, etag: response.headers.get("ETag") };
}

/** A call; its answer's body. */
export async function call<M extends Method, P extends keyof Operations<M> & string>(
  method: M,
  path: P,
  options: Options<Operations<M>[P]> = {},
): Promise<Success<Operations<M>[P] extends { responses: infer R } ? R : never>> {
  return (await callFull(method, path, options)).data;
}
