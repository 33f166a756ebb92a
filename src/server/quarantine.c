#include "server/quarantine.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/seal.h"
#include "server/schedules.h"

/* On their way to the disk; the store's queue, which the accepted share, has four times as much. */
#define UNDER_WAY_MAX ((size_t)16 << 20)
/* Whoever floods must not fill the journal faster than it is taken over: so much at once, and so
 * much a second. */
#define BURST_BYTES      ((size_t)16 << 20)
#define BYTES_PER_SECOND ((size_t)4 << 20)
#define SWEEP_MIN_MS     500
#define SWEEP_MAX_MS     (10 * 60 * 1000)
#define LABEL_MAX        96

_Static_assert(PAWL_QUARANTINE_OVERHEAD == PAWL_SEAL_OVERHEAD, "what sealing adds");

void
pawl_quarantine_give_back(struct pawl_server *server, size_t bytes)
{
	atomic_fetch_sub(&server->quarantine_under_way, bytes);
}

/* ---- sealing ------------------------------------------------------------------------------- */

/* What a piece belongs to, so that none can be put in another's place. */
static struct pawl_str
label(const struct pawl_request_row *row, const char *part, char text[LABEL_MAX])
{
	int len = snprintf(text, LABEL_MAX, "quarantine/%s/%llu/%lld", part,
			   (unsigned long long)row->workflow_id, (long long)row->received_at_us);

	return pawl_str(text, (size_t)len);
}

/* As pawl_rate_take does it, for calls that weigh differently. */
static bool
take_rate(struct pawl_server *server, size_t bytes)
{
	int64_t cost_us = (int64_t)(bytes * 1000000 / BYTES_PER_SECOND);
	int64_t slack_us = (int64_t)(BURST_BYTES * 1000000 / BYTES_PER_SECOND);
	int64_t now_us = pawl_clock_mono_us(), next_us = server->quarantine_next_us, due_us;

	do {
		due_us = (next_us > now_us ? next_us : now_us) + cost_us;
		if (due_us > now_us + slack_us)
			return false;
	} while (!atomic_compare_exchange_weak(&server->quarantine_next_us, &next_us, due_us));
	return true;
}

/* A target that holds a secret goes in front of the headers; no header's name begins so. */
#define TARGET ":target: "

static struct pawl_str
headers_with_target(const struct pawl_request_row *row, struct pawl_str shown,
		    struct pawl_arena *arena)
{
	if (shown.ptr == row->target.ptr)
		return row->headers;
	return pawl_arena_printf(arena, TARGET "%.*s\r\n%.*s", PAWL_STR_ARG(row->target),
				 PAWL_STR_ARG(row->headers));
}

static void
take_target(struct pawl_request_row *row)
{
	struct pawl_str rest = row->headers, line;

	if (!pawl_str_starts_with(rest, PAWL_STR(TARGET)) || !pawl_str_split(&rest, '\n', &line))
		return;
	row->headers = rest;
	row->target = pawl_str_trim(pawl_str_sub(line, sizeof(TARGET) - 1, line.len));
}

/* headers, body, and the target as it is shown. */
static char *
seal(struct pawl_server *server, struct pawl_request_row *row, struct pawl_str headers,
     struct pawl_str body, struct pawl_str target)
{
	size_t headers_len = headers.len + PAWL_QUARANTINE_OVERHEAD;
	size_t body_len = body.len + PAWL_QUARANTINE_OVERHEAD;
	char text[LABEL_MAX];
	struct pawl_buf out;

	pawl_buf_init(&out, headers_len + body_len + target.len);
	pawl_seal(server->sealer, label(row, "headers", text), headers, &out);
	pawl_seal(server->sealer, label(row, "body", text), body, &out);
	pawl_buf_append_str(&out, target);
	PAWL_ASSERT(out.len == headers_len + body_len + target.len && !out.overflow);
	row->headers = pawl_str(out.data, headers_len);
	row->body = pawl_str(out.data + headers_len, body_len);
	row->target = pawl_str(out.data + headers_len + body_len, target.len);
	row->flags |= PAWL_REQUEST_QUARANTINED;
	return pawl_buf_take(&out, NULL);
}

char *
pawl_quarantine_keep(struct pawl_server *server, struct pawl_request_row *row, struct pawl_str body,
		     size_t *reserved)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	struct pawl_str headers, target;
	struct pawl_arena arena;
	char *sealed = NULL;
	size_t bytes;

	pawl_arena_init(&arena, 0);
	target = pawl_redact_text(redactor, &arena, row->target);
	headers = headers_with_target(row, target, &arena);
	bytes = headers.len + body.len + target.len + (size_t)2 * PAWL_QUARANTINE_OVERHEAD;
	if (bytes > server->config.quarantine_bytes || !take_rate(server, bytes))
		goto out;
	if (atomic_fetch_add(&server->quarantine_under_way, bytes) + bytes > UNDER_WAY_MAX) {
		atomic_fetch_sub(&server->quarantine_under_way, bytes);
		goto out;
	}
	*reserved = bytes;
	sealed = seal(server, row, headers, body, target);
out:
	pawl_redactor_unref(redactor);
	pawl_arena_fini(&arena);
	return sealed;
}

char *
pawl_request_seal(struct pawl_server *server, struct pawl_request_row *row)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	bool has_secret = pawl_redact_finds(redactor, row->body);
	char text[LABEL_MAX];
	struct pawl_buf out;

	pawl_redactor_unref(redactor);
	if (!has_secret)
		return NULL;
	pawl_buf_init(&out, row->body.len + PAWL_QUARANTINE_OVERHEAD);
	pawl_seal(server->sealer, label(row, "body", text), row->body, &out);
	PAWL_ASSERT(!out.overflow);
	row->body = pawl_buf_peek(&out);
	row->flags |= PAWL_REQUEST_SEALED;
	return pawl_buf_take(&out, NULL);
}

bool
pawl_quarantine_open(const struct pawl_server *server, struct pawl_arena *arena,
		     struct pawl_request_row *row)
{
	bool is_whole = row->flags & PAWL_REQUEST_QUARANTINED, ok = true;
	char text[LABEL_MAX];

	if (!is_whole && !(row->flags & PAWL_REQUEST_SEALED))
		return true;
	if (is_whole)
		ok = pawl_unseal(server->sealer, label(row, "headers", text), row->headers, arena,
				 &row->headers);
	ok = ok &&
	     pawl_unseal(server->sealer, label(row, "body", text), row->body, arena, &row->body);
	if (!ok)
		row->headers = row->body = PAWL_STR("");
	if (is_whole)
		take_target(row);
	row->body_bytes = (uint32_t)row->body.len;
	return ok;
}

size_t
pawl_quarantine_body_bytes(const struct pawl_request_row *row)
{
	bool is_sealed = row->flags & (PAWL_REQUEST_QUARANTINED | PAWL_REQUEST_SEALED) &&
			 !row->body.ptr && row->body_bytes >= PAWL_QUARANTINE_OVERHEAD;

	return row->body_bytes - (is_sealed ? PAWL_QUARANTINE_OVERHEAD : 0);
}

/* ---- bounds --------------------------------------------------------------------------------- */

/* server->quarantine_trimming. */
enum { IDLE, UNDER_WAY, AGAIN /* something came in meanwhile */ };

struct trimming {
	struct pawl_store_quarantine_trim trim;
	struct pawl_server *server;
};

static void trimmed(struct pawl_store_op *op);

static void
submit(struct trimming *trimming)
{
	struct pawl_server *server = trimming->server;

	atomic_store(&server->quarantine_trimming, UNDER_WAY);
	trimming->trim =
		(struct pawl_store_quarantine_trim){.max_bytes = server->config.quarantine_bytes,
						    .before_us = pawl_quarantine_since_us(server)};
	pawl_store_op_init(&trimming->trim.op, PAWL_STORE_QUARANTINE_TRIM, trimmed);
	if (pawl_store_submit(server->store, &trimming->trim.op) == PAWL_OK)
		return;
	atomic_store(&server->quarantine_trimming, IDLE);
	free(trimming);
}

/* On the store's thread. */
static void
trimmed(struct pawl_store_op *op)
{
	struct trimming *trimming = pawl_container_of(op, struct trimming, trim.op);
	bool more = op->err == PAWL_OK && trimming->trim.more;
	int expected = UNDER_WAY;

	pawl_store_op_fini(op);
	if (!more && atomic_compare_exchange_strong(&trimming->server->quarantine_trimming,
						    &expected, IDLE)) {
		free(trimming);
		return;
	}
	submit(trimming);
}

void
pawl_quarantine_trim(struct pawl_server *server)
{
	struct trimming *trimming;

	/* The last refusals are logged while the server ends, and the store with it. */
	if (atomic_load(&server->draining))
		return;
	if (atomic_exchange(&server->quarantine_trimming, AGAIN) != IDLE)
		return;
	trimming = pawl_calloc(1, sizeof *trimming);
	trimming->server = server;
	submit(trimming);
}

/* ---- now and then --------------------------------------------------------------------------- */

static void
due(struct pawl_timer *timer)
{
	struct pawl_server *server = pawl_container_of(timer, struct pawl_server, quarantine_timer);
	int64_t delay_ms = server->config.quarantine_age_ms / 10;

	pawl_quarantine_trim(server);
	if (delay_ms < SWEEP_MIN_MS)
		delay_ms = SWEEP_MIN_MS;
	if (delay_ms > SWEEP_MAX_MS)
		delay_ms = SWEEP_MAX_MS;
	pawl_timer_start(timer, pawl_schedules_loop(server->schedules), delay_ms, due);
}

static void
begin(struct pawl_task *task)
{
	due(&pawl_container_of(task, struct pawl_server, quarantine_task)->quarantine_timer);
}

void
pawl_quarantine_start(struct pawl_server *server)
{
	server->quarantine_task.fn = begin;
	pawl_loop_post(pawl_schedules_loop(server->schedules), &server->quarantine_task);
}

void
pawl_quarantine_stop(struct pawl_server *server)
{
	pawl_timer_close(&server->quarantine_timer);
}

int64_t
pawl_quarantine_since_us(const struct pawl_server *server)
{
	return pawl_clock_now_us() - server->config.quarantine_age_ms * 1000;
}
