/* From the journal to the tables. Frames are taken over whole, and the place up to which they
 * were is written in the same transaction: each record comes over once, also after a crash. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/internal.h"
#include "store/request_record.h"

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
	if (err)
		set_aside(store, row.id, record);
}

bool
pawl_import(struct pawl_store *store, int64_t until_us)
{
	struct pawl_writer *w = &store->writer;
	uint64_t end = pawl_journal_end(store->journal), place = store->imported;
	struct pawl_str rest, record;

	w->importing = place;
	while (place < end && pawl_journal_read(store->journal, &place, &w->payload)) {
		rest = pawl_buf_peek(&w->payload);
		while (!w->conn->fault && pawl_journal_record(&rest, &record))
			import_record(store, record);
		if (w->conn->fault)
			return false;
		w->importing = place;
		if (pawl_clock_mono_us() >= until_us)
			break;
	}
	if (place > w->importing)
		w->importing = place;
	if (w->importing > store->imported)
		store->ops->set_journal_place(w->conn, w->importing);
	return !w->conn->fault;
}

void
pawl_import_committed(struct pawl_store *store)
{
	struct pawl_writer *w = &store->writer;

	if (w->importing <= store->imported)
		return;
	store->imported = w->importing;
	pawl_dedup_imported(store, w->importing);
	pawl_journal_release(store->journal, w->importing);
}
