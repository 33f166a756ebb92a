/* Error codes, and the list of problems that is shown to people.
 *
 * A function that can fail returns an enum pawl_err, which must be used; its
 * outputs come last. Text for people travels beside it in a pawl_problems list:
 * every problem with its place, not just the first. */
#ifndef PAWL_BASE_ERR_H
#define PAWL_BASE_ERR_H

#include <stddef.h>

#include "base/str.h"

#define PAWL_MUST_USE __attribute__((warn_unused_result))

enum pawl_err {
	PAWL_OK = 0,
	PAWL_EINVAL,  /* input is not what it has to be */
	PAWL_ETOOBIG, /* a limit was passed */
	PAWL_ENOTFOUND,
	PAWL_ECONFLICT, /* exists already, or was changed by somebody else */
	PAWL_EDENIED,   /* not allowed */
	PAWL_EIO,       /* disk or socket */
	PAWL_EFULL,     /* no space, or a bounded queue is full: try again later */
	PAWL_ETIMEDOUT,
	PAWL_ECANCELED,
	PAWL_ESTATE, /* not possible in the present state */
};

/* "invalid", "too_big" ... stable, for logs and answers. */
const char *pawl_err_name(enum pawl_err err);

struct pawl_problem {
	char *where;        /* JSON pointer (RFC 6901), option name or file:line; "" is the whole */
	char *message;      /* what is wrong and what to do */
	const char *code;   /* a stable word, static; NULL: none was said */
	const char *member; /* that is missing at the place, static; NULL: none is */
};

/* Zeroed is empty. Bounded: past PAWL_PROBLEMS_MAX only the count goes on. */
#define PAWL_PROBLEMS_MAX 200
struct pawl_problems {
	struct pawl_problem *items;
	size_t len;
	size_t cap;
	size_t dropped;
};

void pawl_problems_fini(struct pawl_problems *problems);
/* Copies both texts. NULL `problems` is allowed: the problem is dropped. */
void pawl_problems_add(struct pawl_problems *problems, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds one of another list, at that place. */
void pawl_problems_copy(struct pawl_problems *problems, const char *where,
			const struct pawl_problem *problem);
/* Gives the code to the problems from number `from` on that have none yet. */
void pawl_problems_tag(struct pawl_problems *problems, size_t from, const char *code);

#endif
