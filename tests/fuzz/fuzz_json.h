/* A value that somebody will write and read again. */
#ifndef PAWL_TESTS_FUZZ_JSON_H
#define PAWL_TESTS_FUZZ_JSON_H

#include "data/json.h"
#include "fuzz.h"

/* An object whose text reads back as the same value. */
static inline void
fuzz_check_object(struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_json again;
	struct pawl_buf buf;

	require(v->type == PAWL_JSON_OBJECT);
	pawl_buf_init(&buf, 64 << 20);
	require(pawl_json_write(&buf, v) == PAWL_OK);
	require(pawl_json_read_back(arena, pawl_buf_peek(&buf), &again, NULL) == PAWL_OK);
	require(pawl_json_equal(v, &again));
	pawl_buf_fini(&buf);
}

#endif
