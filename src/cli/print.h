/* Output for people and for programs. Text from elsewhere loses its control characters on
 * the way to a terminal. Main thread only. */
#ifndef PAWL_CLI_PRINT_H
#define PAWL_CLI_PRINT_H

#include <stdio.h>

#include "data/json.h"

enum pawl_column_kind {
	PAWL_COLUMN_TEXT,
	PAWL_COLUMN_TIME, /* RFC 3339, shown to the second */
	PAWL_COLUMN_MS,   /* milliseconds */
};

struct pawl_column {
	const char *title;
	const char *pointer; /* into the row */
	enum pawl_column_kind kind;
	const char *otherwise; /* a pointer, when there is nothing at the first; NULL: none */
};

/* Indented, with a newline. */
void pawl_print_json(const struct pawl_json *value);
/* Compact, one line, flushed. */
void pawl_print_json_line(const struct pawl_json *value);
/* `items` is an array; `empty` is said when it has none. */
void pawl_print_table(const struct pawl_json *items, const struct pawl_column *columns,
		      size_t n_columns, const char *empty);
/* Control characters become '?'. */
void pawl_print_text(FILE *to, struct pawl_str text);
/* `label: value`, when the member is there and not null. */
void pawl_print_field(const char *label, const struct pawl_json *object,
		      const struct pawl_column *column);
/* One line for each {"pointer","message"}. */
void pawl_print_problems(FILE *to, const char *prefix, const struct pawl_json *problems);

#endif
