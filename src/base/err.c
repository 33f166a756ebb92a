#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"

const char *
pawl_err_name(enum pawl_err err)
{
	switch (err) {
	case PAWL_OK:
		return "ok";
	case PAWL_EINVAL:
		return "invalid";
	case PAWL_ETOOBIG:
		return "too_big";
	case PAWL_ENOTFOUND:
		return "not_found";
	case PAWL_ECONFLICT:
		return "conflict";
	case PAWL_EDENIED:
		return "denied";
	case PAWL_EIO:
		return "io";
	case PAWL_EFULL:
		return "full";
	case PAWL_ETIMEDOUT:
		return "timed_out";
	case PAWL_ECANCELED:
		return "canceled";
	case PAWL_ESTATE:
		return "state";
	}
	return "unknown";
}

void
pawl_problems_fini(struct pawl_problems *problems)
{
	if (!problems)
		return;
	for (size_t i = 0; i < problems->len; i++) {
		free(problems->items[i].where);
		free(problems->items[i].message);
	}
	free(problems->items);
	*problems = (struct pawl_problems){0};
}

void
pawl_problems_add(struct pawl_problems *problems, const char *where, const char *fmt, ...)
{
	struct pawl_problem *item;
	va_list ap;
	int n;

	if (!problems)
		return;
	if (problems->len == PAWL_PROBLEMS_MAX) {
		problems->dropped++;
		return;
	}
	if (problems->len == problems->cap) {
		problems->cap = problems->cap ? problems->cap * 2 : 8;
		problems->items = pawl_realloc_array(problems->items, problems->cap,
						     sizeof(*problems->items));
	}
	item = &problems->items[problems->len++];
	item->code = item->member = NULL;
	item->where = pawl_strdup(where ? where : "");
	va_start(ap, fmt);
	n = vasprintf(&item->message, fmt, ap);
	va_end(ap);
	PAWL_ASSERT(n >= 0);
}

void
pawl_problems_tag(struct pawl_problems *problems, size_t from, const char *code)
{
	for (size_t i = from; problems && i < problems->len; i++)
		if (!problems->items[i].code)
			problems->items[i].code = code;
}

void
pawl_problems_copy(struct pawl_problems *problems, const char *where,
		   const struct pawl_problem *problem)
{
	size_t at = problems->len;

	pawl_problems_add(problems, where, "%s", problem->message);
	if (problems->len == at)
		return;
	problems->items[at].code = problem->code;
	problems->items[at].member = problem->member;
}
