#include "server/quarantine.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "server/schedules.h"

#define FORMAT 1
/* On their way to the disk; the store's queue, which the accepted share, has four times as much. */
#define UNDER_WAY_MAX ((size_t)16 << 20)
/* Whoever floods must not fill the journal faster than it is taken over: so much at once, and so
 * much a second. */
#define BURST_BYTES      ((size_t)16 << 20)
#define BYTES_PER_SECOND ((size_t)4 << 20)
#define SWEEP_MIN_MS     500
#define SWEEP_MAX_MS     (10 * 60 * 1000)

_Static_assert(PAWL_QUARANTINE_OVERHEAD == 1 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
						   crypto_aead_xchacha20poly1305_ietf_ABYTES,
	       "a byte for the format, nonce, tag");

void
pawl_quarantine_give_back(struct pawl_server *server, size_t bytes)
{
	atomic_fetch_sub(&server->quarantine_under_way, bytes);
}

/* ---- sealing ------------------------------------------------------------------------------- */

/* What a piece belongs to, so that none can be put in another's place. */
struct binding {
	uint64_t workflow_id;
	int64_t received_at_us;
	char part[8];
};

static struct binding
bind_to(const struct pawl_request_row *row, bool is_body)
{
	struct binding b = {.workflow_id = row->workflow_id, .received_at_us = row->received_at_us};

	memcpy(b.part, is_body ? "body" : "headers", is_body ? 4 : 7);
	return b;
}

static void
make_key(const struct pawl_server *server,
	 unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES])
{
	static const unsigned char purpose[] = "pawl quarantine 1";

	crypto_generichash(key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, purpose,
			   sizeof purpose - 1, server->key, sizeof server->key);
}

static struct pawl_str
seal(const unsigned char *key, struct binding binding, struct pawl_str text, char *out)
{
	unsigned char *nonce = (unsigned char *)out + 1;
	unsigned char *sealed = nonce + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

	out[0] = FORMAT;
	randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		sealed, NULL, (const unsigned char *)(text.len ? text.ptr : ""), text.len,
		(const unsigned char *)&binding, sizeof binding, NULL, nonce, key);
	return pawl_str(out, text.len + PAWL_QUARANTINE_OVERHEAD);
}

static bool
unseal(const unsigned char *key, struct binding binding, struct pawl_arena *arena,
       struct pawl_str *text)
{
	const unsigned char *nonce = (const unsigned char *)text->ptr + 1;
	const unsigned char *sealed = nonce + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
	size_t head = 1 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
	unsigned char *out;

	if (text->len < PAWL_QUARANTINE_OVERHEAD || text->ptr[0] != FORMAT)
		return false;
	out = pawl_arena_alloc(arena, text->len);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, text->len - head,
						       (const unsigned char *)&binding,
						       sizeof binding, nonce, key) != 0)
		return false;
	*text = pawl_str((const char *)out, text->len - PAWL_QUARANTINE_OVERHEAD);
	return true;
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

char *
pawl_quarantine_keep(struct pawl_server *server, struct pawl_request_row *row, struct pawl_str body,
		     size_t *reserved)
{
	size_t bytes = row->headers.len + body.len + (size_t)2 * PAWL_QUARANTINE_OVERHEAD;
	unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	char *out;

	if (bytes > server->config.quarantine_bytes || !take_rate(server, bytes))
		return NULL;
	if (atomic_fetch_add(&server->quarantine_under_way, bytes) + bytes > UNDER_WAY_MAX) {
		atomic_fetch_sub(&server->quarantine_under_way, bytes);
		return NULL;
	}
	*reserved = bytes;
	out = pawl_malloc(bytes);
	make_key(server, key);
	row->headers = seal(key, bind_to(row, false), row->headers, out);
	row->body = seal(key, bind_to(row, true), body, out + row->headers.len);
	row->flags |= PAWL_REQUEST_QUARANTINED;
	sodium_memzero(key, sizeof key);
	return out;
}

bool
pawl_quarantine_open(const struct pawl_server *server, struct pawl_arena *arena,
		     struct pawl_request_row *row)
{
	unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	bool ok;

	if (!(row->flags & PAWL_REQUEST_QUARANTINED))
		return true;
	make_key(server, key);
	ok = unseal(key, bind_to(row, false), arena, &row->headers) &&
	     unseal(key, bind_to(row, true), arena, &row->body);
	sodium_memzero(key, sizeof key);
	if (!ok)
		row->headers = row->body = PAWL_STR("");
	row->body_bytes = (uint32_t)row->body.len;
	return ok;
}

size_t
pawl_quarantine_body_bytes(const struct pawl_request_row *row)
{
	bool is_sealed = row->flags & PAWL_REQUEST_QUARANTINED && !row->body.ptr &&
			 row->body_bytes >= PAWL_QUARANTINE_OVERHEAD;

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
