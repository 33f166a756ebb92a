/* "name: value" lines up to an empty one, as headers that point into the text. */
#ifndef PAWL_TESTS_FUZZ_HEADERS_H
#define PAWL_TESTS_FUZZ_HEADERS_H

#include "net/http_server.h"

#define FUZZ_HEADERS 32

/* *text becomes what is behind them; never NULL. */
static inline size_t
fuzz_headers(struct pawl_str *text, struct pawl_http_header headers[FUZZ_HEADERS])
{
	struct pawl_str line;
	size_t n = 0;

	while (pawl_str_split(text, '\n', &line) && line.len > 0) {
		size_t colon = pawl_str_find_char(line, ':');

		if (colon == SIZE_MAX || n == FUZZ_HEADERS)
			continue;
		headers[n++] = (struct pawl_http_header){
			pawl_str_sub(line, 0, colon),
			pawl_str_trim(pawl_str_sub(line, colon + 1, line.len))};
	}
	if (!text->ptr)
		*text = PAWL_STR("");
	return n;
}

#endif
