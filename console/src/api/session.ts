// Who is signed in.
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { call, setCsrfToken, type Schemas } from "./client";
import { ApiError } from "./errors";
import { keys } from "./keys";

export type User = Schemas["User"];
export type Role = User["role"];

export interface Session {
  /** Null: nobody is signed in. */
  user: User | null;
  /** There is no user yet: the first visitor makes the owner. */
  setupNeeded: boolean;
  /** Live events from here on tell what changes in all that is read afterwards. */
  lastEventId?: string;
}

/** Forgets who was signed in, and all that was shown to them. */
export function leave(queries: QueryClient): void {
  setCsrfToken(null);
  queries.setQueryData(keys.session, { user: null, setupNeeded: false } satisfies Session);
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
}

function enter(session: Schemas["Session"]): Session {
  setCsrfToken(session.csrf_token);
  return { user: session.user, setupNeeded: false, lastEventId: session.last_event_id };
}

async function fetchSession(signal?: AbortSignal): Promise<Session> {
  try {
    return enter(await call("get", "/api/v1/session", { signal, expectSignedOut: true }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    setCsrfToken(null);
    const setup = await call("get", "/api/v1/setup", { signal });
    return { user: null, setupNeeded: setup.needed };
  }
}

const query = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: Infinity,
});

export const useSession = () => useQuery(query);
export const prefetchSession = (queries: QueryClient): Promise<void> => queries.prefetchQuery(query);

export interface Credentials {
  name: string;
  password: string;
  totp?: string;
  recovery_code?: string;
}

export interface Owner {
  token: string;
  name: string;
  password: string;
}

/** Signing in, making the owner, signing out. */
export function useSessionActions() {
  const queries = useQueryClient();
  const set = (session: Session) => queries.setQueryData(keys.session, session);
  return {
    signIn: async (body: Credentials) => set(enter(await call("post", "/api/v1/session", { body, expectSignedOut: true }))),
    setUp: async (body: Owner) => set(enter(await call("post", "/api/v1/setup", { body, expectSignedOut: true }))),
    signOut: async () => {
      await call("delete", "/api/v1/session", { expectSignedOut: true });
      leave(queries);
    },
  };
}

const RANK: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };

/** May the one who is signed in do what takes that role? The server has the last word. */
export function useCan(role: Role): boolean {
  const user = useSession().data?.user;
  return !!user && RANK[user.role] >= RANK[role];
}
