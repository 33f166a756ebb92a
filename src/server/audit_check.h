/* Checks the chain of the audit log, newest entry first, as it is listed. Pure. */
#ifndef PAWL_SERVER_AUDIT_CHECK_H
#define PAWL_SERVER_AUDIT_CHECK_H

#include "base/str.h"
#include "data/json.h"

#define PAWL_AUDIT_HASH_TEXT 64 /* hex digits */

struct pawl_audit_check {
	uint64_t n;                          /* entries so far */
	char head[PAWL_AUDIT_HASH_TEXT + 1]; /* hash of the newest; "" while there is none */
	uint64_t broken_seq;                 /* the oldest that is broken so far; 0: none */
	const char *problem;                 /* with it, for people; static */
	bool has_noted;                      /* the noted hash was among them */
	/* the check's own */
	struct pawl_str noted;
	uint64_t newer_seq;
	char newer_prev[PAWL_AUDIT_HASH_TEXT + 1];
};

/* `noted` is a hash that somebody wrote down, as hex digits, to be looked for; may be empty. */
void pawl_audit_check_begin(struct pawl_audit_check *check, struct pawl_str noted);
/* The next older entry: its text as it was hashed, and its hash as hex digits. */
void pawl_audit_check_entry(struct pawl_audit_check *check, uint64_t seq, struct pawl_str entry,
			    struct pawl_str hash);
/* After the oldest. True: the chain is whole, and has the noted hash if there is one. */
bool pawl_audit_check_end(struct pawl_audit_check *check);

/* The same for the log in a data directory, whether its server runs or not. */
PAWL_MUST_USE enum pawl_err pawl_audit_check_files(struct pawl_audit_check *check,
						   struct pawl_str data_dir,
						   struct pawl_problems *problems);

#endif
