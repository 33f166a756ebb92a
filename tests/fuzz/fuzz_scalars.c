/* Texts that stand for one value: numbers, durations, sizes, ids, times, hex, base64 and
 * percent-encoding. What is accepted is in its bounds, and written again it reads the same. */
#include "fuzz.h"

#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/parse.h"

#define ROOM ((size_t)1 << 24)

static void
check_numbers(struct pawl_str text)
{
	uint64_t u, in_range, bytes;
	int64_t i, ms;

	if (pawl_parse_u64(text, &u) && u <= INT64_MAX)
		require(pawl_parse_i64(text, &i) && i == (int64_t)u);
	if (pawl_parse_u64_range(text, 10, 100, &in_range))
		require(in_range >= 10 && in_range <= 100);
	if (pawl_parse_duration_ms(text, &ms))
		require(ms >= 0);
	(void)pawl_parse_size(text, &bytes);
}

static void
check_id(struct pawl_str text)
{
	char out[PAWL_ID_TEXT_MAX];
	uint64_t id;

	if (!pawl_id_parse(text, &id))
		return;
	require(id > 0 && id <= INT64_MAX && pawl_id_time_ms(id) >= 0);
	require(pawl_str_eq(text, pawl_str(out, pawl_id_format(id, out))));
}

static void
check_time(struct pawl_str text)
{
	char out[PAWL_TIME_TEXT_MAX];
	int64_t at_us, again_us, first_us, last_us;
	size_t len;

	/* An offset can lead out of the years that can be written. */
	require(pawl_time_parse(PAWL_STR("0000-01-01"), &first_us) &&
		pawl_time_parse(PAWL_STR("9999-12-31T23:59:59.999999Z"), &last_us));
	if (!pawl_time_parse(text, &at_us) || at_us < first_us || at_us > last_us)
		return;
	len = pawl_time_format(at_us, out);
	require(len < PAWL_TIME_TEXT_MAX);
	require(pawl_time_parse(pawl_str(out, len), &again_us));
	require(at_us - again_us >= 0 && at_us - again_us < 1000); /* it is written in ms */
}

static void
check_hex(struct pawl_arena *arena, struct pawl_str text)
{
	unsigned char *bytes = pawl_arena_alloc(arena, text.len / 2 + 1);
	char *again = pawl_arena_alloc(arena, text.len + 1);

	if (!pawl_hex_decode(text, bytes))
		return;
	require(text.len % 2 == 0);
	pawl_hex_encode(bytes, text.len / 2, again);
	require(pawl_str_eq_nocase(text, pawl_str(again, text.len)));
}

static void
check_base64(struct pawl_arena *arena, struct pawl_str text, enum pawl_base64 form)
{
	struct pawl_str bytes;
	struct pawl_buf buf;

	pawl_buf_init(&buf, ROOM);
	if (pawl_base64_decode(arena, text, form, &bytes)) {
		require(pawl_base64_encode(&buf, bytes, form) == PAWL_OK);
		require(pawl_str_eq(pawl_buf_peek(&buf), text));
	}
	pawl_buf_reset(&buf);
	require(pawl_base64_encode(&buf, text, form) == PAWL_OK);
	require(pawl_base64_decode(arena, pawl_buf_peek(&buf), form, &bytes));
	require(pawl_str_eq(bytes, text));
	pawl_buf_fini(&buf);
}

static void
check_url(struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_str decoded, again;
	struct pawl_buf buf;

	pawl_buf_init(&buf, ROOM);
	if (pawl_url_decode(arena, text, true, &decoded))
		require(decoded.len <= text.len);
	require(pawl_url_encode(&buf, text) == PAWL_OK);
	require(pawl_url_decode(arena, pawl_buf_peek(&buf), false, &again));
	require(pawl_str_eq(again, text));
	pawl_buf_fini(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	check_numbers(text);
	check_id(text);
	check_time(text);
	check_hex(&arena, text);
	check_base64(&arena, text, PAWL_BASE64_STD);
	check_base64(&arena, text, PAWL_BASE64_URL);
	check_url(&arena, text);
	pawl_arena_fini(&arena);
	return 0;
}
