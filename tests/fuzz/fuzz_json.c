/* JSON text: parsing and validating agree, and what is written reads back as the same value. */
#include "fuzz.h"

#include "data/json.h"

static void
check_numbers(const struct pawl_json *v)
{
	int64_t i;
	double d;

	if (v->type == PAWL_JSON_ARRAY) {
		for (uint32_t k = 0; k < v->len; k++)
			check_numbers(&v->items[k]);
		for (uint32_t k = 1; k < v->len; k++) {
			struct pawl_str a = pawl_json_str(&v->items[k - 1]);
			struct pawl_str b = pawl_json_str(&v->items[k]);

			if (v->items[k - 1].type == PAWL_JSON_NUMBER &&
			    v->items[k].type == PAWL_JSON_NUMBER)
				require(pawl_json_number_cmp(a, b) == -pawl_json_number_cmp(b, a));
		}
	} else if (v->type == PAWL_JSON_OBJECT) {
		for (uint32_t k = 0; k < v->len; k++)
			check_numbers(&v->members[k].value);
	} else if (pawl_json_to_i64(v, &i) && i > -(1LL << 53) && i < 1LL << 53) {
		require(pawl_json_to_double(v, &d) && d == (double)i);
	}
}

static void
check_written(struct pawl_arena *arena, const struct pawl_json *v, bool is_pretty)
{
	struct pawl_json again;
	struct pawl_buf buf;

	pawl_buf_init(&buf, 64 << 20);
	require((is_pretty ? pawl_json_write_pretty(&buf, v) : pawl_json_write(&buf, v)) ==
		PAWL_OK);
	require(pawl_json_parse(arena, pawl_buf_peek(&buf), &again, NULL) == PAWL_OK);
	require(pawl_json_equal(v, &again) && pawl_json_equal(&again, v));
	pawl_buf_fini(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_json_error parse_error = {0}, validate_error = {0};
	struct pawl_arena arena;
	struct pawl_json v;
	enum pawl_err err;

	pawl_arena_init(&arena, 0);
	err = pawl_json_parse(&arena, text, &v, &parse_error);
	require(pawl_json_validate(text, &validate_error) == err);
	if (err) {
		require(parse_error.offset == validate_error.offset);
		require(parse_error.offset <= size && parse_error.message);
		require(parse_error.line >= 1 && parse_error.column >= 1);
	} else {
		require(pawl_str_is_utf8(text));
		check_numbers(&v);
		check_written(&arena, &v, false);
		check_written(&arena, &v, true);
	}
	pawl_arena_fini(&arena);
	return 0;
}
