/* The acceptor's thread: what waits to be accepted goes to the journal, many at a time, and is
 * answered when it is on disk. It never waits for the database. */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crashpoint.h"
#include "base/id.h"
#include "base/log.h"
#include "store/internal.h"
#include "store/request_record.h"

#define PROBE_EVERY_US  1000000
#define COMMIT_EVERY_US 500
#define PACE_MAX_US     100000 /* the same, at a limit of bytes */
#define SLICE_NS        100000
#define CROWD_SIZE      12
#define CROWD_SCALE     8
/* Of bodies and headers in one commit, but for a single larger one. */
#define BATCH_BYTES (512u << 10)
/* Of the deliveries that the table has taken over, so many are forgotten with each batch, and twice
 * those that it adds: each can have two keys. */
#define FORGET_WITH_BATCH 128
#define FORGET_IN_IDLE    1024

/* Under the lock; false when the time for a probe has come. */
static bool
sleep_until_woken(struct pawl_store *store)
{
	struct timespec until;
	int rc = 0;

	store->is_acceptor_asleep = true;
	if (store->acceptor.trouble.err) {
		until = pawl_timespec_at(pawl_clock_mono_us() + PROBE_EVERY_US);
		rc = pthread_cond_timedwait(&store->acceptor_wake, &store->lock, &until);
	} else {
		pthread_cond_wait(&store->acceptor_wake, &store->lock);
	}
	store->is_acceptor_asleep = false;
	return rc != ETIMEDOUT;
}

/* Nobody waits. While writing fails an empty frame is tried: whoever asks is told that the store
 * is failing, and perhaps asks no more. */
static void
prepare(struct pawl_store *store)
{
	struct pawl_acceptor *a = &store->acceptor;

	if (!a->trouble.err)
		pawl_journal_prepare(store->journal, 1);
	else if (pawl_journal_commit(store->journal) == PAWL_OK)
		pawl_trouble_over(&a->trouble);
	a->is_prepared = true;
	pawl_dedup_forget(store, FORGET_IN_IDLE);
}

static bool
is_crowded(const struct pawl_acceptor *a)
{
	return a->crowd >= CROWD_SIZE * CROWD_SCALE;
}

/* A disk that syncs in no time would be asked for each accept alone, and each time a loop be woken
 * for one answer: under load what comes within a moment goes together. And what has not run may
 * not be removed: who fills the store faster than runs end is slowed down, so that it stays under
 * its limit and nobody is refused. */
static int64_t
commit_every_us(const struct pawl_store *store)
{
	int64_t excess = pawl_retain_excess(store, is_crowded(&store->acceptor));
	int64_t pace_us = excess * PACE_MAX_US / 1000;

	return pace_us > COMMIT_EVERY_US ? pace_us : COMMIT_EVERY_US;
}

static void
linger(const struct pawl_store *store)
{
	int64_t due_us = store->acceptor.committed_at_us + commit_every_us(store);
	int64_t left_us = due_us - pawl_clock_mono_us();

	if (left_us > 0)
		usleep((useconds_t)left_us);
}

struct batch {
	struct pawl_store_op *ops[PAWL_BATCH_ACCEPTS];
	size_t n;
};

static struct pawl_store_accept *
accept_at(const struct batch *batch, size_t i)
{
	return (struct pawl_store_accept *)batch->ops[i];
}

/* False: the end. */
static bool
wait_for_accepts(struct pawl_store *store)
{
	bool has_accepts;

	pthread_mutex_lock(&store->lock);
	while (!store->accepts.first && !store->is_stopping) {
		if (store->acceptor.is_prepared && !pawl_dedup_can_forget(store) &&
		    sleep_until_woken(store))
			continue;
		pthread_mutex_unlock(&store->lock);
		prepare(store);
		pthread_mutex_lock(&store->lock);
	}
	has_accepts = store->accepts.first != NULL;
	pthread_mutex_unlock(&store->lock);
	return has_accepts;
}

static void
gather(struct pawl_store *store, struct batch *batch)
{
	struct pawl_store_op *op;
	size_t bytes = 0;

	batch->n = 0;
	pthread_mutex_lock(&store->lock);
	store->followed = 0;
	while (batch->n < PAWL_BATCH_ACCEPTS && bytes < BATCH_BYTES &&
	       (op = pawl_op_queue_pop(&store->accepts))) {
		batch->ops[batch->n++] = op;
		bytes += pawl_store_accept_bytes(op);
	}
	pthread_mutex_unlock(&store->lock);
}

/* Many at once, again and again: more come than are written at ease. The writer gives way then. */
static void
note_crowd(struct pawl_store *store, size_t n, int64_t now_us)
{
	struct pawl_acceptor *a = &store->acceptor;

	a->crowd += (unsigned)n - a->crowd / CROWD_SCALE;
	if (is_crowded(a))
		store->crowded_at_us = now_us;
}

/* Those that cannot be told from others that are accepted already are left out: their err is set.
 */
static void
append_batch(struct pawl_store *store, const struct batch *batch)
{
	struct pawl_str parts[PAWL_REQUEST_PARTS];
	struct pawl_request_record head;

	pawl_dedup_prefetch(store, batch->ops, batch->n);
	for (size_t i = 0; i < batch->n; i++) {
		struct pawl_store_accept *accept = accept_at(batch, i);

		if (!(accept->request.flags & PAWL_REQUEST_RELEASED))
			accept->request.id = pawl_id_new();
		accept->request_id = accept->request.id;
		accept->op.err = pawl_dedup_decide(store, accept);
		if (accept->op.err)
			continue;
		if (accept->on_id)
			accept->on_id(accept);
		pawl_request_record_encode(&accept->request, &head, parts);
		pawl_journal_append(store->journal, parts, PAWL_REQUEST_PARTS);
	}
}

static enum pawl_err
write_batch(struct pawl_store *store, const struct batch *batch)
{
	struct pawl_acceptor *a = &store->acceptor;
	int64_t start_us = pawl_clock_mono_us(), now_us;
	enum pawl_err err;

	pawl_dedup_forget(store, FORGET_WITH_BATCH + 2 * batch->n);
	append_batch(store, batch);
	PAWL_CRASH_POINT("journal.before_commit");
	err = pawl_journal_commit(store->journal);
	if (err) {
		pawl_dedup_failed(store);
		pawl_trouble_report(&a->trouble, err, pawl_journal_failure(store->journal));
		a->trouble.n_failed += batch->n;
		return err;
	}
	PAWL_CRASH_POINT("journal.after_commit");
	pawl_dedup_committed(store, pawl_journal_end(store->journal));
	pawl_trouble_over(&a->trouble);
	now_us = pawl_clock_mono_us();
	a->committed_at_us = start_us;
	store->journal_commits++;
	store->journal_us_total += (uint64_t)(now_us - start_us);
	note_crowd(store, batch->n, now_us);
	return PAWL_OK;
}

/* The runs that the batch starts are in the queue from here on. True: there are some. What is
 * released may turn out to be released already, and is counted when that is known. */
static bool
note_runs(struct pawl_store *store, const struct batch *batch)
{
	int64_t first_us = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < batch->n; i++) {
		const struct pawl_store_accept *accept = accept_at(batch, i);

		if (!accept->request.starts_run || accept->op.err ||
		    accept->request.flags & PAWL_REQUEST_RELEASED)
			continue;
		if (!n++)
			first_us = accept->request.received_at_us;
	}
	if (!n)
		return false;
	pthread_mutex_lock(&store->lock);
	if (store->runs_unclaimed <= 0)
		store->oldest_unclaimed_at_us = first_us;
	store->runs_unclaimed += (int64_t)n;
	pthread_mutex_unlock(&store->lock);
	return true;
}

/* What cannot be taken over into the tables is not accepted either: it could not be run. True:
 * there are runs to start. */
static bool
accept_batch(struct pawl_store *store, struct batch *batch)
{
	enum pawl_err err = (enum pawl_err)store->writer.trouble.err;

	if (!err)
		err = write_batch(store, batch);
	for (size_t i = 0; i < batch->n; i++) {
		if (err)
			batch->ops[i]->err = err;
		if (batch->ops[i]->is_urgent)
			store->hurried_at_us = pawl_clock_mono_us();
	}
	store->acceptor.is_prepared = err != PAWL_OK;
	return !err && note_runs(store, batch);
}

#define KEEP_POLICY 0x08 /* SCHED_FLAG_KEEP_POLICY */

/* The layout of Linux' struct sched_attr, version 0 (sched_setattr(2)), which glibc 2.36 lacks. */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

/* A commit sleeps twice, for the data and for the disk's own cache, and each time whoever is awake
 * may keep the processor for milliseconds. A thread that asks for short turns gets them sooner
 * (Linux 6.12 and later; before that, nothing changes). */
static void
ask_to_be_prompt(void)
{
	struct scheduling wanted = {.size = sizeof(wanted),
				    .flags = KEEP_POLICY,
				    .nice = getpriority(PRIO_PROCESS, 0),
				    .runtime_ns = SLICE_NS};

	if (syscall(SYS_sched_setattr, 0, &wanted, 0) != 0)
		pawl_log(PAWL_LOG_DEBUG, "acceptor_priority", PAWL_F_C("message", strerror(errno)));
	/* A sleep takes up to 50 us longer than it says, unless one asks for better. */
	(void)prctl(PR_SET_TIMERSLACK, 1000UL);
}

void
pawl_acceptor_main(struct pawl_store *store)
{
	struct batch batch;
	bool has_runs;

	ask_to_be_prompt();
	while (wait_for_accepts(store)) {
		linger(store);
		gather(store, &batch);
		has_runs = accept_batch(store, &batch);
		pawl_store_finish(store, batch.ops, batch.n);
		pawl_store_wake_writer(store);
		if (has_runs && store->on_work)
			store->on_work(store->ctx);
	}
}
