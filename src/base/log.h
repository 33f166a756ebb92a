/* Structured log: one JSON line per event on standard error.
 *
 *   pawl_log(PAWL_LOG_WARN, "retry", PAWL_F_ID("run", id), PAWL_F_INT("in_ms", d));
 *
 * Event and key names are stable and documented in docs/reference/log-events.md.
 * Never log a body or a secret. Any thread; a line is written with one write(2). */
#ifndef PAWL_BASE_LOG_H
#define PAWL_BASE_LOG_H

#include <stdint.h>

#include "base/str.h"

enum pawl_log_level { PAWL_LOG_DEBUG, PAWL_LOG_INFO, PAWL_LOG_WARN, PAWL_LOG_ERROR };

struct pawl_log_field {
	const char *key;
	enum { PAWL_F_KIND_STR, PAWL_F_KIND_INT, PAWL_F_KIND_ID, PAWL_F_KIND_BOOL } kind;
	struct pawl_str str;
	int64_t num;
};

#define PAWL_F_STR(k, s) ((struct pawl_log_field){.key = (k), .kind = PAWL_F_KIND_STR, .str = (s)})
#define PAWL_F_C(k, s)   PAWL_F_STR(k, pawl_str_c(s))
#define PAWL_F_INT(k, n)                                                                           \
	((struct pawl_log_field){.key = (k), .kind = PAWL_F_KIND_INT, .num = (int64_t)(n)})
/* 64-bit ids are written as decimal strings. */
#define PAWL_F_ID(k, n)                                                                            \
	((struct pawl_log_field){.key = (k), .kind = PAWL_F_KIND_ID, .num = (int64_t)(n)})
#define PAWL_F_BOOL(k, b)                                                                          \
	((struct pawl_log_field){.key = (k), .kind = PAWL_F_KIND_BOOL, .num = (b) ? 1 : 0})

void pawl_log_set_level(enum pawl_log_level level);
/* "debug", "info", "warn", "error"; false for anything else. */
bool pawl_log_level_parse(struct pawl_str s, enum pawl_log_level *out);
void pawl_log_fields(enum pawl_log_level level, const char *event,
		     const struct pawl_log_field *fields, size_t n);

/* At least one field; use PAWL_F_C("message", ...) where there is nothing else to say. */
#define pawl_log(level, event, ...)                                                                \
	pawl_log_fields(level, event, (const struct pawl_log_field[]){__VA_ARGS__},                \
			sizeof((const struct pawl_log_field[]){__VA_ARGS__}) /                     \
				sizeof(struct pawl_log_field))

#endif
