/* What lists show of a workflow, kept beside the rows that it is about and changed in the same
 * transactions, so that nobody has to look at a million runs to know it. */
#include "base/clock.h"
#include "store/failure.h"
#include "store/sqlite.h"

#define N_STATES   (PAWL_RUN_TIMED_OUT + 1)
#define N_VERDICTS (PAWL_VERDICT_DUPLICATE + 1)
/* Of a recent run at rest: its id, then its duration and state, each 8 bytes. */
#define RECENT_BYTES 16
#define STATE_BITS   4

/* ---- noting ------------------------------------------------------------------------------ */

void
pawl_sqlite_tally_run(struct pawl_sqlite *c, uint64_t workflow_id, int from, int to)
{
	struct pawl_sqlite_counts *counts;

	if (from == to)
		return;
	counts = pawl_sqlite_counts_of(c, workflow_id);
	if (from != PAWL_SQLITE_NO_RUN)
		counts->runs[from]--;
	if (to != PAWL_SQLITE_NO_RUN)
		counts->runs[to]++;
}

void
pawl_sqlite_tally_request(struct pawl_sqlite *c, uint64_t workflow_id, enum pawl_verdict verdict,
			  int by)
{
	pawl_sqlite_counts_of(c, workflow_id)->requests[verdict] += by;
}

static void
note_last(int64_t *last_us, int64_t at_us)
{
	if (at_us > *last_us)
		*last_us = at_us;
}

void
pawl_sqlite_tally_accepted(struct pawl_sqlite *c, const struct pawl_request_row *request)
{
	note_last(&pawl_sqlite_counts_of(c, request->workflow_id)->last_request_at_us,
		  request->received_at_us);
}

void
pawl_sqlite_tally_begun(struct pawl_sqlite *c, const struct pawl_run_row *run)
{
	note_last(&pawl_sqlite_counts_of(c, run->workflow_id)->last_run_at_us, run->started_at_us);
	pawl_sqlite_stat(c, run->workflow_id, run->started_at_us,
			 PAWL_STAT_QUEUE_TIME +
				 pawl_histogram_bucket(run->started_at_us - run->queued_at_us));
}

void
pawl_sqlite_tally_ended(struct pawl_sqlite *c, const struct pawl_run_row *run)
{
	struct pawl_sqlite_counts *counts = pawl_sqlite_counts_of(c, run->workflow_id);
	int64_t ended_us = run->finished_at_us ? run->finished_at_us : pawl_clock_now_us();
	int64_t took_us = run->started_at_us ? ended_us - run->started_at_us : 0;
	const char *class = pawl_failure_class(run->state, run->error);

	counts->recent[counts->n_recent++ % PAWL_RECENT_RUNS] =
		(struct pawl_recent_run){run->id, run->state, took_us > 0 ? took_us / 1000 : 0};
	pawl_sqlite_stat(c, run->workflow_id, ended_us,
			 PAWL_STAT_RUNS + run->state - PAWL_RUN_COMPLETED);
	if (run->started_at_us)
		pawl_sqlite_stat(c, run->workflow_id, ended_us,
				 PAWL_STAT_RUN_TIME + pawl_histogram_bucket(took_us));
	if (run->state == PAWL_RUN_FAILED || run->state == PAWL_RUN_TIMED_OUT) {
		note_last(&counts->last_failure_at_us, ended_us);
		pawl_sqlite_stat(c, run->workflow_id, ended_us, pawl_stat_of_failure(class));
	}
}

/* ---- writing ------------------------------------------------------------------------------ */

/* Oldest first. */
static size_t
put_recent(const struct pawl_sqlite_counts *counts,
	   unsigned char out[PAWL_RECENT_RUNS * RECENT_BYTES])
{
	size_t n = counts->n_recent < PAWL_RECENT_RUNS ? counts->n_recent : PAWL_RECENT_RUNS;
	size_t first = counts->n_recent - n;

	for (size_t i = 0; i < n; i++) {
		const struct pawl_recent_run *run = &counts->recent[(first + i) % PAWL_RECENT_RUNS];
		uint64_t parts[2] = {run->id,
				     (uint64_t)run->duration_ms << STATE_BITS | run->state};

		memcpy(out + i * RECENT_BYTES, parts, RECENT_BYTES);
	}
	return n * RECENT_BYTES;
}

bool
pawl_sqlite_tally_write(struct pawl_sqlite *c, const struct pawl_sqlite_counts *counts)
{
	static const char sql[] =
		"INSERT INTO workflow_stat VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
		" ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT (workflow_id) DO UPDATE SET"
		" run_0 = run_0 + excluded.run_0, run_1 = run_1 + excluded.run_1,"
		" run_2 = run_2 + excluded.run_2, run_3 = run_3 + excluded.run_3,"
		" run_4 = run_4 + excluded.run_4, run_5 = run_5 + excluded.run_5,"
		" run_6 = run_6 + excluded.run_6, request_0 = request_0 + excluded.request_0,"
		" request_1 = request_1 + excluded.request_1,"
		" request_2 = request_2 + excluded.request_2,"
		" request_3 = request_3 + excluded.request_3,"
		" request_4 = request_4 + excluded.request_4,"
		" last_request_at_us = max(last_request_at_us, excluded.last_request_at_us),"
		" last_run_at_us = max(last_run_at_us, excluded.last_run_at_us),"
		" last_failure_at_us = max(last_failure_at_us, excluded.last_failure_at_us),"
		" recent = pawl_recent_add(recent, excluded.recent)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	unsigned char recent[PAWL_RECENT_RUNS * RECENT_BYTES];
	size_t n = put_recent(counts, recent);
	int at = 1;

	pawl_sqlite_bind_u64(st, at++, counts->workflow_id);
	for (unsigned i = 0; i < N_STATES; i++)
		pawl_sqlite_bind_i64(st, at++, counts->runs[i]);
	for (unsigned i = 0; i < N_VERDICTS; i++)
		pawl_sqlite_bind_i64(st, at++, counts->requests[i]);
	pawl_sqlite_bind_i64(st, at++, counts->last_request_at_us);
	pawl_sqlite_bind_i64(st, at++, counts->last_run_at_us);
	pawl_sqlite_bind_i64(st, at++, counts->last_failure_at_us);
	pawl_sqlite_bind_blob(st, at, pawl_str((const char *)recent, n));
	return pawl_sqlite_run(c, st);
}

/* Of the recent runs that are stored, and of those that come after them, the last. One that ended
 * again (a retry) is there once. */
void
pawl_sqlite_recent_function(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	unsigned char all[2 * PAWL_RECENT_RUNS * RECENT_BYTES];
	size_t n = 0, n_old = 0, kept = 0;

	for (int i = 0; i < argc && i < 2; i++) {
		size_t len = (size_t)sqlite3_value_bytes(argv[i]);

		len = len < sizeof all / 2 ? len : sizeof all / 2;
		if (len)
			memcpy(all + n, sqlite3_value_blob(argv[i]), len);
		n_old = n;
		n += len;
	}
	for (size_t i = 0; i < n; i += RECENT_BYTES) {
		bool is_last = true;

		/* Those that are stored differ already. */
		for (size_t k = i < n_old ? n_old : i + RECENT_BYTES; k < n && is_last;
		     k += RECENT_BYTES)
			is_last = memcmp(all + i, all + k, sizeof(uint64_t)) != 0;
		if (is_last)
			memmove(all + kept++ * RECENT_BYTES, all + i, RECENT_BYTES);
	}
	n = kept > PAWL_RECENT_RUNS ? kept - PAWL_RECENT_RUNS : 0;
	sqlite3_result_blob(context, all + n * RECENT_BYTES, (int)((kept - n) * RECENT_BYTES),
			    SQLITE_TRANSIENT);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void
read_recent(struct pawl_arena *arena, struct pawl_str stored, struct pawl_workflow_row *row)
{
	size_t n = stored.len / RECENT_BYTES;

	row->recent = pawl_arena_calloc(arena, n + 1, sizeof *row->recent);
	row->n_recent = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t parts[2];

		memcpy(parts, stored.ptr + i * RECENT_BYTES, RECENT_BYTES);
		row->recent[n - 1 - i] = (struct pawl_recent_run){
			.id = parts[0],
			.state = (enum pawl_run_state)(parts[1] & ((1u << STATE_BITS) - 1)),
			.duration_ms = (int64_t)(parts[1] >> STATE_BITS)};
	}
}

void
pawl_sqlite_tally_read(struct pawl_sqlite *c, struct pawl_arena *arena, int64_t day_began_us,
		       struct pawl_workflow_row *row)
{
	static const char sql[] = "SELECT last_request_at_us, last_run_at_us, last_failure_at_us,"
				  " recent FROM workflow_stat WHERE workflow_id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t by[PAWL_STAT_N] = {0};

	pawl_sqlite_bind_u64(st, 1, row->id);
	if (!pawl_sqlite_step(c, st))
		return;
	row->last_request_at_us = sqlite3_column_int64(st, 0);
	row->last_run_at_us = sqlite3_column_int64(st, 1);
	row->last_failure_at_us = sqlite3_column_int64(st, 2);
	read_recent(arena, pawl_sqlite_str(st, 3, arena), row);
	pawl_sqlite_reset(st);
	pawl_sqlite_stats_sum(c, row->id, day_began_us / 1000000, INT64_MAX, by);
	row->day_completed = by[PAWL_STAT_RUNS];
	row->day_failed = by[PAWL_STAT_RUNS + PAWL_RUN_FAILED - PAWL_RUN_COMPLETED] +
			  by[PAWL_STAT_RUNS + PAWL_RUN_TIMED_OUT - PAWL_RUN_COMPLETED];
}

/* The columns that the bits name, added up. */
static int64_t
total_of(struct pawl_sqlite *c, const char *column, uint32_t bits, uint64_t workflow_id)
{
	struct pawl_buf sql;
	sqlite3_stmt *st;
	int64_t total = 0;

	pawl_buf_init(&sql, 1024);
	pawl_buf_append_c(&sql, "SELECT coalesce(sum(0");
	for (unsigned i = 0; bits >> i; i++)
		if (bits >> i & 1)
			pawl_buf_printf(&sql, " + %s_%u", column, i);
	pawl_buf_append_c(&sql, "), 0) FROM workflow_stat");
	if (workflow_id)
		pawl_buf_append_c(&sql, " WHERE workflow_id = ?1");
	st = pawl_sqlite_stmt_built(c, &sql);
	pawl_buf_fini(&sql);
	if (workflow_id)
		pawl_sqlite_bind_u64(st, 1, workflow_id);
	if (pawl_sqlite_step(c, st))
		total = sqlite3_column_int64(st, 0);
	pawl_sqlite_reset(st);
	return total;
}

int64_t
pawl_sqlite_tally_runs(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t states)
{
	const uint32_t all = (1u << N_STATES) - 1;

	return total_of(c, "run", states ? states & all : all, workflow_id);
}

int64_t
pawl_sqlite_tally_requests(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t verdicts)
{
	const uint32_t all = (1u << N_VERDICTS) - 1;

	return total_of(c, "request", verdicts ? verdicts & all : all, workflow_id);
}
