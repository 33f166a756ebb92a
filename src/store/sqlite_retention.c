/* Retention: removes what has ended and need not be kept any more, oldest first.
 *
 * What is removed at once is what one id names: a request, the run that it started, and that run's
 * nodes; or a run that no request of its own started. A request stays as long as a replay of it is
 * there, which takes its input from it. Never touched: what has not ended, what the intake has not
 * given its place yet, and what is in quarantine, which has bounds of its own.
 *
 * The limit of bytes of all is about the pages of the database that are in use; that of a workflow
 * about what its rows hold (row_bytes), which is measured by walking over them once, and again
 * each hour where some of them were still growing. */
#include "base/clock.h"
#include "base/id.h"
#include "store/sqlite.h"

/* Ids in one transaction. */
#define REMOVED_AT_ONCE 200
/* Free pages that are kept for what comes next, and besides them a part of the file. */
#define SPARE_PAGES 256
#define SPARE_PART  8
/* A run that has not ended may be young enough to be waited for, when it is measured. */
#define YOUNG_US         60000000
#define MEASURE_AGAIN_US INT64_C(3600000000)

/* Parameters: ?1 ids above, ?2 limit, ?3 workflow. */
#define MERGED(a, b)                                                                               \
	"SELECT id FROM (SELECT * FROM (" a " ORDER BY id LIMIT ?2) UNION SELECT * FROM (" b       \
	" ORDER BY id LIMIT ?2)) ORDER BY id LIMIT ?2"
static const char ids_of_all[] = MERGED("SELECT id FROM request NOT INDEXED WHERE id > ?1"
					" AND id <= (SELECT admitted_id FROM intake)",
					"SELECT id FROM run NOT INDEXED WHERE id > ?1");
static const char ids_of_workflow[] =
	MERGED("SELECT id FROM run INDEXED BY run_by_workflow WHERE workflow_id = ?3 AND id > ?1",
	       "SELECT id FROM request_by_workflow WHERE workflow_id = ?3 AND id > ?1");

struct removing {
	struct pawl_sqlite *c;
	struct pawl_retaining *all, *of; /* every limit, and the one that is seen to */
	size_t n;
	int64_t now_us;
	uint64_t admitted_id;
};

/* What one id names. */
struct kept {
	uint64_t id, workflow_id;
	uint32_t revision; /* of the run */
	int64_t at_us;     /* it ended, or was received */
	enum pawl_run_state state;
	enum pawl_verdict verdict;
	bool has_run, is_finished, has_request, is_quarantined, is_replayed;
};

static bool
read_kept(struct pawl_sqlite *c, uint64_t id, struct kept *out)
{
	static const char sql[] =
		"SELECT coalesce(r.workflow_id, q.workflow_id), r.id IS NOT NULL, r.state >= 3,"
		" coalesce(max(r.finished_at_us, r.queued_at_us), q.received_at_us),"
		" q.id IS NOT NULL, (q.flags & ?2) <> 0, EXISTS (SELECT 1 FROM run p"
		" INDEXED BY run_by_request"
		" WHERE p.request_id = ?1 AND p.request_id <> 0 AND p.request_id <> p.id), "
		"r.revision, r.state, q.verdict"
		" FROM (SELECT 1) LEFT JOIN run r ON r.id = ?1 LEFT JOIN request q ON q.id = ?1";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	pawl_sqlite_bind_i64(st, 2, PAWL_REQUEST_QUARANTINED);
	if (!pawl_sqlite_step(c, st))
		return false;
	*out = (struct kept){
		.id = id,
		.workflow_id = pawl_sqlite_u64(st, 0),
		.has_run = sqlite3_column_int(st, 1) != 0,
		.is_finished = sqlite3_column_int(st, 2) != 0,
		.at_us = sqlite3_column_int64(st, 3),
		.has_request = sqlite3_column_int(st, 4) != 0,
		.is_quarantined = sqlite3_column_int(st, 5) != 0,
		.is_replayed = sqlite3_column_int(st, 6) != 0,
		.revision = (uint32_t)pawl_sqlite_u64(st, 7),
		.state = (enum pawl_run_state)sqlite3_column_int(st, 8),
		.verdict = (enum pawl_verdict)sqlite3_column_int(st, 9),
	};
	pawl_sqlite_reset(st);
	return true;
}

/* ---- measuring ------------------------------------------------------------------------ */

/* The texts and bodies of its rows, and a hundred bytes for the rest of each row. */
static uint64_t
row_bytes(struct pawl_sqlite *c, uint64_t id)
{
	static const char sql[] =
		"SELECT coalesce((SELECT 100 + length(headers) + length(body)"
		"  + length(CAST(target || reason || detail AS BLOB)) FROM request WHERE id = ?1), "
		"0)"
		" + coalesce((SELECT 100 + length(CAST(input || output || error AS BLOB))"
		"  FROM run WHERE id = ?1), 0)"
		" + coalesce((SELECT sum(100 + length(CAST(input || output || error || attempts"
		"  || state_data AS BLOB)) + length(sealed)) FROM node_run WHERE run_id = ?1), 0)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	uint64_t bytes = 0;

	pawl_sqlite_bind_u64(st, 1, id);
	if (pawl_sqlite_step(c, st))
		bytes = pawl_sqlite_u64(st, 0);
	pawl_sqlite_reset(st);
	return bytes;
}

/* The next ids of the limit's workflow, or of all. */
static size_t
next_ids(struct removing *r, uint64_t after, uint64_t ids[static REMOVED_AT_ONCE])
{
	uint64_t workflow_id = r->of->limit.workflow_id;
	sqlite3_stmt *st = pawl_sqlite_stmt(r->c, workflow_id ? ids_of_workflow : ids_of_all);
	size_t n = 0;

	pawl_sqlite_bind_u64(st, 1, after);
	pawl_sqlite_bind_i64(st, 2, REMOVED_AT_ONCE);
	if (workflow_id)
		pawl_sqlite_bind_u64(st, 3, workflow_id);
	while (pawl_sqlite_step(r->c, st))
		ids[n++] = pawl_sqlite_u64(st, 0);
	return n;
}

/* True: there is more to be measured. */
static bool
measure(struct removing *r, int64_t until_us)
{
	struct pawl_retaining *of = r->of;
	uint64_t ids[REMOVED_AT_ONCE];
	struct kept kept;
	size_t n;

	if (of->has_growing && r->now_us - of->measured_at_us > MEASURE_AGAIN_US)
		of->measured_id = of->bytes = 0;
	if (!of->measured_id) {
		of->measured_at_us = r->now_us;
		of->has_growing = false;
	}
	n = next_ids(r, of->measured_id, ids);
	for (size_t i = 0; i < n && read_kept(r->c, ids[i], &kept); i++) {
		if (kept.has_run && !kept.is_finished) {
			if (pawl_id_time_ms(kept.id) * 1000 > r->now_us - YOUNG_US)
				return false;
			of->has_growing = true;
		}
		of->bytes += row_bytes(r->c, kept.id);
		of->measured_id = kept.id;
		if (i + 1 < n && pawl_clock_mono_us() >= until_us)
			return true;
	}
	return n == REMOVED_AT_ONCE;
}

static uint64_t
free_pages(struct pawl_sqlite *c)
{
	return pawl_sqlite_value(c, "PRAGMA freelist_count");
}

static void
measure_file(struct pawl_sqlite *c, struct pawl_retaining *of)
{
	of->bytes = (pawl_sqlite_value(c, "PRAGMA page_count") - free_pages(c)) *
		    pawl_sqlite_value(c, "PRAGMA page_size");
}

static bool
is_over(const struct pawl_retaining *of)
{
	return of->limit.bytes && of->bytes > pawl_retaining_goal(of);
}

/* ---- removing --------------------------------------------------------------------------- */

/* What is removed for whatever reason is not the workflow's any more. */
static void
take_off(struct removing *r, const struct kept *kept)
{
	for (size_t i = 0; i < r->n; i++) {
		struct pawl_retaining *of = &r->all[i];
		uint64_t bytes;

		if (of->limit.workflow_id != kept->workflow_id || !of->limit.bytes ||
		    kept->id > of->measured_id)
			continue;
		bytes = row_bytes(r->c, kept->id);
		of->bytes -= bytes < of->bytes ? bytes : of->bytes;
	}
}

static void
delete_by(struct pawl_sqlite *c, const char *sql, uint64_t id, uint64_t workflow_id)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, id);
	if (workflow_id)
		pawl_sqlite_bind_u64(st, 2, workflow_id);
	pawl_sqlite_run(c, st);
}

static void
remove_one(struct removing *r, const struct kept *kept)
{
	take_off(r, kept);
	if (kept->has_run) {
		delete_by(r->c, "DELETE FROM node_run WHERE run_id = ?1", kept->id, 0);
		delete_by(r->c, "DELETE FROM run WHERE id = ?1", kept->id, 0);
		pawl_sqlite_draft_release(r->c, kept->workflow_id, kept->revision);
		pawl_sqlite_tally_run(r->c, kept->workflow_id, (int)kept->state,
				      PAWL_SQLITE_NO_RUN);
	} else {
		delete_by(r->c,
			  "DELETE FROM request_by_workflow WHERE workflow_id = ?2 AND id = ?1",
			  kept->id, kept->workflow_id);
	}
	if (!kept->has_request)
		return;
	delete_by(r->c, "DELETE FROM request WHERE id = ?1", kept->id, 0);
	pawl_sqlite_tally_request(r->c, kept->workflow_id, kept->verdict, -1);
}

static bool
may_go(const struct removing *r, const struct kept *kept)
{
	return (!kept->has_run || kept->is_finished) && !kept->is_quarantined &&
	       !kept->is_replayed && (!kept->has_request || kept->id <= r->admitted_id);
}

/* Up to the end of the ids, or of those that have to go; true: there may be more. */
static bool
remove_some(struct removing *r, int64_t until_us)
{
	struct pawl_retaining *of = r->of;
	int64_t before_us = of->limit.age_us ? r->now_us - of->limit.age_us : INT64_MIN;
	uint64_t ids[REMOVED_AT_ONCE];
	size_t n = next_ids(r, of->passed_id, ids);
	struct kept kept;

	for (size_t i = 0; i < n; i++) {
		/* An id is no older than what it names. */
		if (!is_over(of) && pawl_id_time_ms(ids[i]) * 1000 >= before_us)
			return false;
		if (!read_kept(r->c, ids[i], &kept))
			return false;
		of->passed_id = kept.id;
		if (!may_go(r, &kept)) {
			of->n_skipped++;
		} else if (is_over(of) || kept.at_us < before_us) {
			remove_one(r, &kept);
			if (of->limit.bytes && !of->limit.workflow_id)
				measure_file(r->c, of);
		}
		if (pawl_clock_mono_us() >= until_us)
			return true;
	}
	return n == REMOVED_AT_ONCE;
}

static bool
retain(struct pawl_sqlite *c, struct pawl_retaining *all, size_t n, size_t which, int64_t until_us)
{
	struct removing r = {.c = c,
			     .all = all,
			     .of = &all[which],
			     .n = n,
			     .now_us = pawl_clock_now_us(),
			     .admitted_id = pawl_sqlite_intake_cursor(c)};

	if (r.of->limit.bytes && r.of->limit.workflow_id) {
		if (measure(&r, until_us))
			return true;
	} else if (r.of->limit.bytes) {
		measure_file(c, r.of);
	}
	return (r.of->limit.age_us || is_over(r.of)) && remove_some(&r, until_us);
}

/* What is deleted is overwritten at once (sqlite.c), but not here, where that would write as much
 * as adding did: pages that get free are left as they are. */
bool
pawl_sqlite_retain(struct pawl_sqlite *c, struct pawl_retaining *all, size_t n, size_t which,
		   int64_t until_us)
{
	bool more;

	sqlite3_exec(c->db, "PRAGMA secure_delete = FAST", NULL, NULL, NULL);
	more = retain(c, all, n, which, until_us);
	sqlite3_exec(c->db, "PRAGMA secure_delete = ON", NULL, NULL, NULL);
	return more;
}

bool
pawl_sqlite_has_spare(struct pawl_sqlite *c, uint64_t max_bytes)
{
	uint64_t pages = pawl_sqlite_value(c, "PRAGMA page_count"), spare = free_pages(c);

	return spare > SPARE_PAGES + pages / SPARE_PART ||
	       (max_bytes && spare && pages * pawl_sqlite_value(c, "PRAGMA page_size") > max_bytes);
}

void
pawl_sqlite_give_back(struct pawl_sqlite *c)
{
	pawl_sqlite_run(c, pawl_sqlite_stmt(c, "PRAGMA incremental_vacuum(64)"));
}
