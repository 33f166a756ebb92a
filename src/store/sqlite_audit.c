/* The audit log: a chain of entries, each with the SHA-256 of the one before it.
 *
 * An entry is JSON with its members in the order of their names and without spaces, so that there
 * is one way only to write it. What is hashed is the text as it stands in the table. */
#include <sodium.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "store/sqlite.h"
#include "store/users.h"

#define HASH_BYTES      crypto_hash_sha256_BYTES
#define ENTRY_BYTES_MAX 65536
#define BUSY_MS         5000
/* Of each text that a caller chose. */
#define TEXT_BYTES_MAX ((size_t)1024)

struct head {
	uint64_t seq; /* 0: there is no entry */
	unsigned char hash[HASH_BYTES];
};

static void
read_head(struct pawl_sqlite *c, struct head *head)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");

	*head = (struct head){0};
	if (!pawl_sqlite_step(c, st))
		return;
	head->seq = pawl_sqlite_u64(st, 0);
	if (sqlite3_column_bytes(st, 1) == HASH_BYTES)
		memcpy(head->hash, sqlite3_column_blob(st, 1), HASH_BYTES);
	pawl_sqlite_reset(st);
}

/* ---- an entry -------------------------------------------------------------------- */

static void
write_text(struct pawl_buf *out, const char *before, struct pawl_str text)
{
	(void)pawl_buf_append_c(out, before);
	(void)pawl_buf_append_json_string(out, pawl_str_sub(text, 0, TEXT_BYTES_MAX));
}

static void
write_id(struct pawl_buf *out, uint64_t id)
{
	char text[PAWL_ID_TEXT_MAX];

	pawl_id_format(id, text);
	write_text(out, "\"id\":", pawl_str_c(text));
}

static void
write_workflow(struct pawl_buf *out, const struct pawl_workflow_row *row)
{
	(void)pawl_buf_printf(out, "\"active_revision\":%u,\"draft_version\":%llu,",
			      row->active_revision, (unsigned long long)row->draft_version);
	write_id(out, row->id);
	write_text(out, ",\"name\":", row->name);
	write_text(out, ",\"status\":", pawl_str_c(pawl_workflow_state_name(row->state)));
}

static void
write_user(struct pawl_buf *out, const struct pawl_user_row *user, bool has_new_password)
{
	(void)pawl_buf_printf(out, "\"disabled\":%s,", user->is_disabled ? "true" : "false");
	write_id(out, user->id);
	write_text(out, ",\"name\":", user->name);
	if (has_new_password)
		write_text(out, ",\"password\":", PAWL_STR("changed"));
	write_text(out, ",\"role\":", pawl_str_c(pawl_role_name(user->role)));
	(void)pawl_buf_printf(out, ",\"totp\":%s", user->totp.len ? "true" : "false");
}

/* What the op changed or made, as far as it has to be known to find it again. */
static void
write_object(struct pawl_buf *out, const struct pawl_store_op *op)
{
	const struct pawl_token_row *token;

	if (op->kind == PAWL_STORE_WORKFLOW_SAVE) {
		write_workflow(out, &((const struct pawl_store_workflow_save *)op)->workflow);
	} else if (op->kind == PAWL_STORE_WORKFLOW_STATE) {
		write_workflow(out, &((const struct pawl_store_workflow_state *)op)->workflow);
	} else if (op->kind == PAWL_STORE_WORKFLOW_ROTATE) {
		write_workflow(out, &((const struct pawl_store_workflow_rotate *)op)->workflow);
	} else if (op->kind == PAWL_STORE_WORKFLOW_DELETE || op->kind == PAWL_STORE_USER_REMOVE ||
		   op->kind == PAWL_STORE_TOKEN_REMOVE) {
		write_id(out, ((const struct pawl_store_get *)op)->id);
		write_text(out, ",\"name\":", ((const struct pawl_store_get *)op)->name);
	} else if (op->kind == PAWL_STORE_START_RUN) {
		write_id(out, ((const struct pawl_store_start_run *)op)->run_id);
	} else if (op->kind == PAWL_STORE_TOKEN_ADD) {
		token = &((const struct pawl_store_token *)op)->token;
		write_id(out, ((const struct pawl_store_token *)op)->id);
		write_text(out, ",\"name\":", token->name);
		write_text(out, ",\"role\":", pawl_str_c(pawl_role_name(token->role)));
	} else if (op->kind == PAWL_STORE_USER_ADD) {
		write_user(out, &((const struct pawl_store_user *)op)->user, false);
	} else if (op->kind == PAWL_STORE_USER_CHANGE) {
		write_user(out, &((const struct pawl_store_user_change *)op)->user,
			   ((const struct pawl_store_user_change *)op)->password.len > 0);
	} else if (op->kind == PAWL_STORE_SIGN_IN) {
		write_id(out, ((const struct pawl_store_sign_in *)op)->session.id);
	}
}

static void
write_entry(struct pawl_buf *out, const struct head *head, const struct pawl_store_op *op,
	    enum pawl_err err)
{
	const struct pawl_audit_note *note = op->audit;
	char at[PAWL_TIME_TEXT_MAX], prev[2 * HASH_BYTES];

	pawl_time_format(pawl_clock_now_us(), at);
	pawl_hex_encode(head->hash, HASH_BYTES, prev);
	write_text(out, "{\"action\":", note->action);
	write_text(out, ",\"actor\":", note->actor);
	write_text(out, ",\"address\":", note->address);
	write_text(out, ",\"at\":", pawl_str_c(at));
	(void)pawl_buf_append_c(out, ",\"object\":{");
	if (!err)
		write_object(out, op);
	write_text(out, "},\"prev\":", pawl_str(prev, sizeof(prev)));
	write_text(out,
		   ",\"result\":", pawl_str_c(note->result ? note->result : pawl_err_name(err)));
	(void)pawl_buf_printf(out, ",\"seq\":%llu", (unsigned long long)head->seq + 1);
	write_text(out, ",\"target\":", note->target);
	(void)pawl_buf_append_c(out, "}");
}

void
pawl_sqlite_audit_add(struct pawl_sqlite *c, const struct pawl_store_op *op, enum pawl_err err)
{
	unsigned char hash[HASH_BYTES];
	struct head head;
	struct pawl_buf entry;
	sqlite3_stmt *st;

	read_head(c, &head);
	pawl_buf_init(&entry, ENTRY_BYTES_MAX);
	write_entry(&entry, &head, op, err);
	PAWL_ASSERT(pawl_buf_status(&entry) == PAWL_OK);
	crypto_hash_sha256(hash, (const unsigned char *)entry.data, entry.len);
	st = pawl_sqlite_stmt(c, "INSERT INTO audit (seq, entry, hash) VALUES (?1, ?2, ?3)");
	pawl_sqlite_bind_u64(st, 1, head.seq + 1);
	pawl_sqlite_bind_text(st, 2, pawl_buf_peek(&entry));
	pawl_sqlite_bind_blob(st, 3, pawl_str((const char *)hash, sizeof(hash)));
	pawl_sqlite_run(c, st);
	pawl_buf_fini(&entry);
}

/* ---- reading --------------------------------------------------------------------- */

static struct pawl_str
column(sqlite3_stmt *st, int col)
{
	const char *bytes = sqlite3_column_blob(st, col);

	return pawl_str(bytes ? bytes : "", (size_t)sqlite3_column_bytes(st, col));
}

static int
read_all(sqlite3 *db, bool (*each)(void *ctx, const struct pawl_audit_row *row), void *ctx)
{
	static const char sql[] = "SELECT seq, entry, hash FROM audit ORDER BY seq DESC";
	struct pawl_audit_row row;
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		row = (struct pawl_audit_row){(uint64_t)sqlite3_column_int64(st, 0), column(st, 1),
					      column(st, 2)};
		if (!each(ctx, &row))
			break;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_DONE : rc;
}

enum pawl_err
pawl_store_read_audit(struct pawl_str url,
		      bool (*each)(void *ctx, const struct pawl_audit_row *row), void *ctx,
		      struct pawl_problems *problems)
{
	char path[4096];
	sqlite3 *db;
	int rc;

	snprintf(path, sizeof(path), "%.*s/pawl.db", PAWL_STR_ARG(url));
	rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(db, BUSY_MS);
		rc = read_all(db, each, ctx);
	}
	if (rc != SQLITE_DONE)
		pawl_problems_add(problems, path, "the audit log cannot be read: %s",
				  sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc == SQLITE_DONE ? PAWL_OK : PAWL_EIO;
}
