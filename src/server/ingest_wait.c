/* Requests whose check needs what has to be fetched first: a copy waits, and is checked again.
 *
 * Bounded: by the number of those that wait (remote_keys.h), by the bytes that they hold, by the
 * time that a fetch may take, and by how often one request may ask. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "server/internal.h"
#include "server/remote_keys.h"

#define PARKED_MAGIC     0x9a2ced01u
#define ROUNDS_MAX       4 /* a certificate, a visit, a key set, and that once more */
#define PARKED_BYTES_MAX ((size_t)16 << 20)

/* One allocation: headers and texts stand behind it. */
struct parked {
	unsigned magic;
	struct pawl_remote_waiter waiter;
	struct pawl_server *server;
	struct pawl_http_request req; /* its route is ours */
	unsigned rounds;
	size_t bytes;
	struct pawl_http_header headers[];
};

static const struct pawl_http_header retry_after[] = {{{"Retry-After", 11}, {"5", 1}}};
_Static_assert(PAWL_REMOTE_RETRY_AFTER_S == 5, "what Retry-After says");

void
pawl_ingest_answer_no_key(struct pawl_http_ref ref)
{
	pawl_http_respond(ref, &(struct pawl_http_response){
				       .status = 503,
				       .headers = retry_after,
				       .n_headers = 1,
				       .content_type = PAWL_STR("application/json"),
				       .body = PAWL_STR("{\"code\":503,\"message\":\"Service "
							"Unavailable\",\"error\":{\"type\":"
							"\"key_unavailable\",\"detail\":\"the "
							"request cannot be checked now; try "
							"again\"}}"),
				       .body_static = true});
}

/* Too much waits already. */
static void
refuse(struct pawl_server *server, struct pawl_http_request *req)
{
	pawl_ingest_answer_no_key(req->ref);
	pawl_ingest_refused(server, req, 503, PAWL_REFUSAL_UNAVAILABLE,
			    "too many requests wait for keys of their senders");
}

static struct pawl_str
put(char **cursor, struct pawl_str s)
{
	char *at = *cursor;

	if (s.len > 0)
		memcpy(at, s.ptr, s.len);
	*cursor += s.len;
	return pawl_str(at, s.len);
}

/* A piece of `whole`, in its copy. */
static struct pawl_str
moved(struct pawl_str piece, struct pawl_str whole, struct pawl_str copy)
{
	return piece.ptr ? pawl_str(copy.ptr + (piece.ptr - whole.ptr), piece.len) : piece;
}

static size_t
texts_len(const struct pawl_http_request *req)
{
	size_t len = req->target.len + req->body.len;

	for (size_t i = 0; i < req->n_headers; i++)
		len += req->headers[i].name.len + req->headers[i].value.len;
	return len;
}

/* Takes the request's route. NULL when too much waits. */
static struct parked *
park(struct pawl_server *server, struct pawl_http_request *req)
{
	size_t texts = texts_len(req);
	size_t bytes =
		sizeof(struct parked) + req->n_headers * sizeof(struct pawl_http_header) + texts;
	struct parked *parked;
	char *cursor;

	if (atomic_fetch_add(&server->parked_bytes, bytes) + bytes > PARKED_BYTES_MAX) {
		atomic_fetch_sub(&server->parked_bytes, bytes);
		return NULL;
	}
	parked = pawl_malloc(bytes);
	*parked = (struct parked){
		.magic = PARKED_MAGIC, .server = server, .req = *req, .bytes = bytes};
	cursor = (char *)&parked->headers[req->n_headers];
	for (size_t i = 0; i < req->n_headers; i++) {
		parked->headers[i].name = put(&cursor, req->headers[i].name);
		parked->headers[i].value = put(&cursor, req->headers[i].value);
	}
	parked->req.headers = parked->headers;
	parked->req.target = put(&cursor, req->target);
	parked->req.path = moved(req->path, req->target, parked->req.target);
	parked->req.query = moved(req->query, req->target, parked->req.target);
	parked->req.body = put(&cursor, req->body);
	req->route = NULL;
	return parked;
}

static void
unpark(struct parked *parked)
{
	atomic_fetch_sub(&parked->server->parked_bytes, parked->bytes);
	pawl_endpoint_unref(parked->req.route);
	parked->magic = 0;
	free(parked);
}

static void check_again(struct pawl_task *task);

/* The request is answered, or waits. */
static void
wait_or_refuse(struct parked *parked, const struct pawl_remote_want *want)
{
	struct pawl_remote_keys *keys = parked->server->remote_keys;

	parked->waiter.task.fn = check_again;
	parked->waiter.loop = pawl_http_ref_loop(parked->req.ref);
	if (parked->rounds++ < ROUNDS_MAX && pawl_remote_keys_wait(keys, want, &parked->waiter))
		return;
	refuse(parked->server, &parked->req);
	unpark(parked);
}

/* On the connection's loop. */
static void
check_again(struct pawl_task *task)
{
	struct parked *parked = pawl_container_of(task, struct parked, waiter.task);
	struct pawl_remote_want want;
	struct pawl_arena arena;

	PAWL_CHECK_OBJ(parked, PARKED_MAGIC);
	pawl_arena_init(&arena, 0);
	if (pawl_ingest_decide(parked->server, &parked->req, &arena, &want))
		wait_or_refuse(parked, &want);
	else
		unpark(parked);
	pawl_arena_fini(&arena);
}

void
pawl_ingest_wait(struct pawl_server *server, struct pawl_http_request *req,
		 const struct pawl_remote_want *want)
{
	struct parked *parked = park(server, req);

	if (parked)
		wait_or_refuse(parked, want);
	else
		refuse(server, req);
}
