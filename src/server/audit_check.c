#include "server/audit_check.h"

#include <openssl/sha.h>

#include "base/codec.h"
#include "base/parse.h"
#include "store/store.h"

static const char first_prev[] = "0000000000000000000000000000000000000000000000000000000000000000";

void
pawl_audit_check_begin(struct pawl_audit_check *check, struct pawl_str noted)
{
	*check = (struct pawl_audit_check){.noted = noted};
}

/* Older ones are met later: the last to be found is the first of the chain. */
static void
found(struct pawl_audit_check *check, uint64_t seq, const char *problem)
{
	check->broken_seq = seq;
	check->problem = problem;
}

static void
keep_hash(char to[PAWL_AUDIT_HASH_TEXT + 1], struct pawl_str hash)
{
	size_t len = hash.len == PAWL_AUDIT_HASH_TEXT ? hash.len : 0;

	memcpy(to, hash.ptr, len);
	to[len] = '\0';
}

static bool
is_hash_of(struct pawl_str entry, struct pawl_str hash)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char text[PAWL_AUDIT_HASH_TEXT];

	SHA256((const unsigned char *)entry.ptr, entry.len, digest);
	pawl_hex_encode(digest, sizeof digest, text);
	return pawl_str_eq(pawl_str(text, sizeof text), hash);
}

void
pawl_audit_check_entry(struct pawl_audit_check *check, uint64_t seq, struct pawl_str entry,
		       struct pawl_str hash)
{
	struct pawl_json value;
	struct pawl_json_error error;
	struct pawl_arena arena;
	int64_t own_seq = 0;

	if (check->n++ == 0)
		keep_hash(check->head, hash);
	else if (check->newer_seq != seq + 1)
		found(check, check->newer_seq, "entries before it are missing");
	else if (!pawl_str_eq_c(hash, check->newer_prev))
		found(check, check->newer_seq, "it does not hold the hash of the one before it");
	if (check->noted.len && pawl_str_eq_nocase(hash, check->noted))
		check->has_noted = true;

	pawl_arena_init(&arena, 0);
	check->newer_seq = seq;
	check->newer_prev[0] = '\0';
	if (!is_hash_of(entry, hash)) {
		found(check, seq, "its text is not what was hashed");
	} else if (pawl_json_parse(&arena, entry, &value, &error) != PAWL_OK ||
		   !pawl_json_to_i64(pawl_json_get_c(&value, "seq"), &own_seq) ||
		   (uint64_t)own_seq != seq) {
		found(check, seq, "its text is another entry's");
	} else {
		keep_hash(check->newer_prev, pawl_json_get_str(&value, "prev", PAWL_STR("")));
	}
	pawl_arena_fini(&arena);
}

bool
pawl_audit_check_end(struct pawl_audit_check *check)
{
	if (check->n && check->newer_seq != 1)
		found(check, check->newer_seq, "entries before it are missing");
	else if (check->n && check->newer_prev[0] && strcmp(check->newer_prev, first_prev) != 0)
		found(check, check->newer_seq, "it is not the first of a chain");
	return !check->broken_seq && (!check->noted.len || check->has_noted);
}

/* ---- a store's files -------------------------------------------------------------- */

static bool
check_row(void *ctx, const struct pawl_audit_row *row)
{
	char hash[PAWL_AUDIT_HASH_TEXT] = {0};

	if (row->hash.len == SHA256_DIGEST_LENGTH)
		pawl_hex_encode(row->hash.ptr, row->hash.len, hash);
	pawl_audit_check_entry(ctx, row->seq, row->entry, pawl_str(hash, sizeof hash));
	return true;
}

enum pawl_err
pawl_audit_check_files(struct pawl_audit_check *check, struct pawl_str data_dir,
		       struct pawl_problems *problems)
{
	return pawl_store_read_audit(data_dir, check_row, check, problems);
}
