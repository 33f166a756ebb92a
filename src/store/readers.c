/* The pool of readers: each thread has a connection of its own, opened with its first op. */
#include "base/clock.h"
#include "base/log.h"
#include "store/internal.h"

#define REPORT_EVERY_US 10000000

static bool
is_list(enum pawl_store_kind kind)
{
	return kind == PAWL_STORE_WORKFLOWS || kind == PAWL_STORE_REVISIONS ||
	       kind == PAWL_STORE_RUNS || kind == PAWL_STORE_REQUESTS ||
	       kind == PAWL_STORE_TOKENS || kind == PAWL_STORE_SECRETS ||
	       kind == PAWL_STORE_USERS || kind == PAWL_STORE_SESSIONS ||
	       kind == PAWL_STORE_AUDIT || kind == PAWL_STORE_COUNTERS;
}

static void
report(struct pawl_reader *reader, const char *reason)
{
	int64_t now_us = pawl_clock_mono_us();

	if (reader->reported_at_us && now_us - reader->reported_at_us < REPORT_EVERY_US)
		return;
	reader->reported_at_us = now_us;
	pawl_log(PAWL_LOG_ERROR, "store_read_failed", PAWL_F_C("reason", reason));
}

static void
disconnect(struct pawl_reader *reader)
{
	reader->store->ops->disconnect(reader->conn);
	reader->conn = NULL;
}

static bool
is_connected(struct pawl_reader *reader)
{
	struct pawl_store *store = reader->store;
	struct pawl_problems problems = {0};
	unsigned generation = store->generation;
	int64_t now_us;

	if (reader->conn && reader->generation == generation)
		return true;
	disconnect(reader);
	now_us = pawl_clock_mono_us();
	if (reader->connected_at_us && now_us - reader->connected_at_us < PAWL_RECONNECT_US &&
	    reader->generation == generation)
		return false;
	reader->generation = generation;
	reader->connected_at_us = now_us;
	if (store->ops->connect(store->backend, false, &reader->conn, &problems) != PAWL_OK)
		report(reader, problems.len ? problems.items[0].message : "cannot connect");
	pawl_problems_fini(&problems);
	return reader->conn != NULL;
}

/* In one transaction, so that an op of several statements sees one state of the data. */
static enum pawl_err
carry_out(struct pawl_reader *reader, struct pawl_store_op *op)
{
	const struct pawl_backend_ops *ops = reader->store->ops;
	struct pawl_conn *conn;
	enum pawl_err err = PAWL_EIO;

	if (is_list(op->kind)) {
		struct pawl_store_list *list = (struct pawl_store_list *)op;

		list->n = 0;
		list->more = false;
		if (list->limit < 1 || list->limit > 1000)
			return PAWL_EINVAL;
	}
	if (!is_connected(reader))
		return PAWL_EIO;
	conn = reader->conn;
	if (ops->begin(conn))
		err = ops->apply(conn, op);
	if (conn->fault == PAWL_FAULT_NONE && ops->commit(conn))
		return err;
	report(reader, conn->fault_text);
	ops->rollback(conn);
	if (conn->fault == PAWL_FAULT_IO)
		disconnect(reader);
	return PAWL_EIO;
}

/* Reads wait for what was accepted before them, but not for a disk that fails. */
static struct pawl_store_op *
next_op(struct pawl_store *store)
{
	struct pawl_store_op *op;

	pthread_mutex_lock(&store->lock);
	while (!(op = pawl_op_queue_pop_due(&store->reads, store->writer.trouble.err
								   ? UINT64_MAX
								   : store->imported)) &&
	       !store->is_stopping)
		pthread_cond_wait(&store->reader_wake, &store->lock);
	pthread_mutex_unlock(&store->lock);
	return op;
}

void
pawl_reader_main(struct pawl_reader *reader)
{
	struct pawl_store_op *op;

	while ((op = next_op(reader->store))) {
		op->err = carry_out(reader, op);
		pawl_store_finish(reader->store, &op, 1);
	}
	disconnect(reader);
}
