/* CloudEvents 1.0 in a request (HTTP protocol binding 1.0.2): binary mode (ce-* headers),
 * structured mode (application/cloudevents+json) and batches of those. Pure, any thread. */
#ifndef PAWL_TRIGGER_CLOUDEVENT_H
#define PAWL_TRIGGER_CLOUDEVENT_H

#include "data/json.h"
#include "net/http_server.h"

/* *event becomes an object of the event's attributes and extensions under their own names, with
 * what it carries as `data`; *events, for a batch, a list of them. `body` is the body's value as
 * its content type has it. False: the request is none, or one of another version or without the
 * attributes that every event has (id, source, type); both are null then. */
bool pawl_cloudevent_read(struct pawl_arena *arena, const struct pawl_http_header *headers,
			  size_t n_headers, struct pawl_str content_type,
			  const struct pawl_json *body, struct pawl_json *event,
			  struct pawl_json *events);

#endif
