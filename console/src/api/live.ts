// Live events: one EventSource per tab for all who listen. The browser comes back by itself with
// Last-Event-ID after a broken connection; where the server refuses, we try again ourselves, later
// and later. Whoever may have missed something is told so ("gap").
import { useEffect, useRef } from "react";
import { createStore } from "~/lib/store";
import { urlOf } from "./client";

export interface LiveRequest {
  id: string;
  workflow_id: string;
  verdict: string;
  status: number;
  released: boolean;
  reason: string | null;
}
export interface LiveRun {
  id: string;
  workflow_id: string;
  status: string;
  at: string;
  error: { code: string; message: string } | null;
}
export interface LiveNode {
  run_id: string;
  workflow_id: string;
  node: string;
  status: string;
  attempt: number;
  at: string;
}
export interface LiveEvents {
  request: LiveRequest;
  run: LiveRun;
  node: LiveNode;
  /** Events were missed: read everything anew. */
  gap: Record<string, never>;
  /** The server does not give this session a stream. */
  refused: Record<string, never>;
}
export type LiveKind = keyof LiveEvents;
export type LiveState = "off" | "connecting" | "open" | "lost";

const FROM_SERVER: LiveKind[] = ["request", "run", "node", "gap"];
const RETRY_MS = { first: 1000, most: 30_000 };

type Listener = (data: never) => void;

const listeners: Record<LiveKind, Set<Listener>> = {
  request: new Set(),
  run: new Set(),
  node: new Set(),
  gap: new Set(),
  refused: new Set(),
};
const state = createStore<LiveState>("off");
let source: EventSource | null = null;
let retryMs = RETRY_MS.first;
let retryTimer: number | undefined;

function tell<K extends LiveKind>(kind: K, data: LiveEvents[K]): void {
  for (const listener of [...listeners[kind]]) (listener as (data: LiveEvents[K]) => void)(data);
}

/** The EventSource has given up, and with it the place it had come to: what came since is unknown. */
function comeBack(): void {
  stopSource();
  state.set("lost");
  tell("refused", {});
  retryTimer = window.setTimeout(() => {
    connect();
  }, retryMs);
  retryMs = Math.min(retryMs * 2, RETRY_MS.most);
}

/** Goes on behind that event; without one, whatever was read may have changed since. */
function connect(lastEventId?: string): void {
  let hasMissed = lastEventId === undefined;
  source = new EventSource(urlOf("/api/v1/stream", {}, { last_event_id: lastEventId }));
  source.onopen = () => {
    retryMs = RETRY_MS.first;
    state.set("open");
    if (hasMissed) tell("gap", {});
    hasMissed = false;
  };
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) comeBack();
    else state.set("lost");
  };
  for (const kind of FROM_SERVER)
    source.addEventListener(kind, (event) => tell(kind, JSON.parse((event as MessageEvent<string>).data)));
}

function stopSource(): void {
  source?.close();
  source = null;
  window.clearTimeout(retryTimer);
}

export function startLive(lastEventId?: string): void {
  if (source) return;
  state.set("connecting");
  connect(lastEventId);
}

export function stopLive(): void {
  stopSource();
  state.set("off");
}

export function useLiveState(): LiveState {
  return state.use();
}

/** Calls back for each live event of that kind. */
export function useLive<K extends LiveKind>(kind: K, onEvent: (data: LiveEvents[K]) => void): void {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    const listener: Listener = (data) => latest.current(data as LiveEvents[K]);
    listeners[kind].add(listener);
    return () => void listeners[kind].delete(listener);
  }, [kind]);
}
