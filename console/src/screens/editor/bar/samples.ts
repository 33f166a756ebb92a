// Where a test run's input can come from.
import type { Schemas } from "~/api/client";

export interface Source {
  key: string;
  label: string;
  /** Given: this request brings it, and it is not shown. */
  request?: string;
  input?: unknown;
}

interface Found {
  pins: readonly Schemas["Pin"][];
  requests: readonly Schemas["Request"][];
  example: Schemas["Example"] | undefined;
}

interface Labels {
  pin: (name: string) => string;
  request: (request: Schemas["Request"]) => string;
  example: string;
  own: string;
}

/** What was kept on purpose first, then what came in last, then an example's event. */
export function sourcesOf({ pins, requests, example }: Found, labels: Labels): Source[] {
  return [
    ...pins.map((pin) => ({ key: `pin:${pin.name}`, label: labels.pin(pin.name), input: pin.input })),
    ...requests.map((request) => ({ key: `request:${request.id}`, label: labels.request(request), request: request.id })),
    ...(example ? [{ key: "example", label: labels.example, input: example.input }] : []),
    { key: "own", label: labels.own },
  ];
}

/** What an input looks like that begins with nothing. */
export function inputFor(trigger: string): unknown {
  if (trigger === "webhook" || trigger === "http_request") return { method: "POST", headers: {}, query: {}, body: {} };
  if (trigger === "event") return { eventData: {} };
  return {};
}
