// Who is signed in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { send, setCsrfToken } from "./client";
import { ApiError } from "./errors";
import { keys } from "./keys";

export type Role = "owner" | "editor" | "viewer";

export interface User {
  id: string;
  name: string;
  role: Role;
}

export interface Session {
  /** Null: nobody is signed in. */
  user: User | null;
  /** There is no user yet: the first visitor makes the owner. */
  setupNeeded: boolean;
}

interface SessionAnswer {
  user: User;
  csrf_token: string;
}

function enter(answer: SessionAnswer): Session {
  setCsrfToken(answer.csrf_token);
  return { user: answer.user, setupNeeded: false };
}

async function fetchSession(signal?: AbortSignal): Promise<Session> {
  try {
    const response = await send("GET", "/api/v1/session", { signal, expectSignedOut: true });
    return enter((await response.json()) as SessionAnswer);
  } catch (error) {
    // A server without sessions takes the token that a proxy adds.
    if (error instanceof ApiError && error.status === 404) return { user: { id: "0", name: "token", role: "owner" }, setupNeeded: false };
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    setCsrfToken(null);
    return { user: null, setupNeeded: error.body.setup_needed === true };
  }
}

export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: ({ signal }) => fetchSession(signal), staleTime: Infinity });
}

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
  const post = async (url: string, body: Credentials | Owner) => {
    const response = await send("POST", url, { body, expectSignedOut: true });
    queries.setQueryData(keys.session, enter((await response.json()) as SessionAnswer));
  };
  return {
    signIn: (credentials: Credentials) => post("/api/v1/session", credentials),
    setUp: (owner: Owner) => post("/api/v1/setup", owner),
    signOut: async () => {
      await send("DELETE", "/api/v1/session", { expectSignedOut: true });
      setCsrfToken(null);
      queries.clear();
      queries.setQueryData(keys.session, { user: null, setupNeeded: false } satisfies Session);
    },
  };
}

const RANK: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };

/** May the one who is signed in do what takes that role? The server has the last word. */
export function useCan(role: Role): boolean {
  const user = useSession().data?.user;
  return !!user && RANK[user.role] >= RANK[role];
}
