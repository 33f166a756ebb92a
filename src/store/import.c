/* From the journal to the tables: requests, and after them the keys of deliveries. Frames are taken
 * over whole, and the places up to which they were are written in the same transaction: each record
 * comes over once, also after a crash. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/internal.h"
#include "store/request_record.h"

/* In one transaction. */
#define KEYS_AT_ONCE 4000

/* Length and bytes, behind those that are there. */
static bool
keep(const struct pawl_store *store, struct pawl_str record)
{
	uint32_t len = (uint32_t)record.len;
	const struct iovec parts[] = {{&len, sizeof(len)}, {(void *)(uintptr_t)record.ptr, len}};
	char path[4200];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "%s/rejected-requests", store->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ok = fd >= 0 && writev(fd, parts, 2) == (ssize_t)(sizeof(len) + len) && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* A record that the tables refuse can only be a fault of ours, or of a binary that is too old for
 * its data. It was acknowledged: its bytes are kept, and those behind it go on. */
static void
set_aside(struct pawl_store *store, uint64_t request_id, struct pawl_str record)
{
	struct pawl_conn *conn = store->writer.conn;

	if (keep(store, record)) {
		pawl_log(PAWL_LOG_ERROR, "request_rejected", PAWL_F_ID("request", request_id),
			 PAWL_F_C("kept_in", "rejected-requests"));
		return;
	}
	conn->fault = PAWL_FAULT_FULL;
	snprintf(conn->fault_text, sizeof(conn->fault_text), "cannot write rejected-requests: %s",
		 strerror(errno));
}

static void
import_record(struct pawl_store *store, struct pawl_str record)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_request_row row = {0};
	enum pawl_err err = pawl_request_record_decode(record, &row);

	if (!err)
		err = store->ops->import(w->conn, &row, w->is_careful);
	if (w->conn->fault)
		return;
	w->last_received_at_us = row.received_at_us;
	w->has_keys |= row.delivery_key.len > 0 || row.remembers_content;
	if (err)
		set_aside(store, row.id, record);
}

static bool
import_requests(struct pawl_store *store, int64_t until_us)
{
	struct pawl_writer *w = &store->writer;
	uint64_t end = pawl_journal_end(store->journal), place = store->imported;
	struct pawl_str rest, record;

	w->importing = place;
	while (place < end && pawl_journal_read(store->journal, &place, &w->payload)) {
		rest = pawl_buf_peek(&w->payload);
		while (!w->conn->fault && pawl_journal_record(&rest, &record))
			import_record(store, record);
		pawl_buf_reset_to(&w->payload, PAWL_FRAME_BYTES_KEPT);
		if (w->conn->fault)
			return false;
		w->importing = place;
		if (pawl_clock_mono_us() >= until_us)
			break;
	}
	if (place > w->importing)
		w->importing = place;
	return true;
}

/* ---- keys ---------------------------------------------------------------------------- */

static int
compare_keys(const void *a, const void *b)
{
	const struct pawl_dedup_entry *x = a, *y = b;
	int order;

	if (x->key.workflow_id != y->key.workflow_id)
		return x->key.workflow_id < y->key.workflow_id ? -1 : 1;
	order = memcmp(x->key.key, y->key.key, sizeof(x->key.key));
	return order ? order : x->request_id < y->request_id ? -1 : 1;
}

/* Those of the next frames, a few more than `n` perhaps. */
static struct pawl_dedup_entry *
read_keys(struct pawl_store *store, size_t *n)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_dedup_entry *entries = NULL;
	struct pawl_str rest, record;
	struct pawl_request_row row;
	size_t len = 0, cap = 0;

	while (len < *n && w->keying < w->importing &&
	       pawl_journal_read(store->journal, &w->keying, &w->payload)) {
		rest = pawl_buf_peek(&w->payload);
		while (pawl_journal_record(&rest, &record)) {
			if (pawl_request_record_decode(record, &row) != PAWL_OK)
				continue;
			if (cap - len < 2) {
				cap = cap ? 2 * cap : 64;
				entries = pawl_realloc_array(entries, cap, sizeof(*entries));
			}
			len += pawl_dedup_entries(&row, entries + len);
		}
	}
	if (w->keying > w->importing)
		w->keying = w->importing; /* it has skipped what is damaged */
	if (len)
		qsort(entries, len, sizeof(*entries), compare_keys);
	*n = len;
	return entries;
}

/* They fall anywhere in their table, where each costs a page: many at once, in its order, share
 * pages. While accepts come in crowds this waits. */
static bool
import_keys(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;
	struct pawl_dedup_entry *entries;
	size_t n = KEYS_AT_ONCE;

	if (!w->has_keys) {
		w->keying = w->importing;
		return true;
	}
	if (w->is_crowded)
		return true;
	entries = read_keys(store, &n);
	for (size_t i = 0; i < n && !w->conn->fault; i++)
		store->ops->remember(w->conn, &entries[i]);
	free(entries);
	return !w->conn->fault;
}

bool
pawl_import(struct pawl_store *store, int64_t until_us)
{
	struct pawl_writer *w = &store->writer;

	w->keying = store->keyed;
	if (!import_requests(store, until_us) || !import_keys(store))
		return false;
	if (w->importing > store->imported || w->keying > store->keyed)
		store->ops->set_journal_places(w->conn, w->importing, w->keying);
	return !w->conn->fault;
}

void
pawl_import_committed(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	w->has_keys = w->keying < w->importing;
	store->imported = w->importing;
	if (w->keying <= store->keyed)
		return;
	store->keyed = w->keying;
	if (pawl_dedup_imported(store, w->keying))
		pawl_store_wake_acceptor(store);
	pawl_journal_release(store->journal, w->keying);
}
