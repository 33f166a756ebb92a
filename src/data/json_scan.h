/* The tokens of JSON text, for the parser, the validator and the writer; private to this layer.
 *
 * A scan is a window over borrowed bytes and never reads past `end`. On failure the
 * function returns false, `message` says why, and `p` stands at the byte that is wrong.
 * No allocation; any thread. */
#ifndef PAWL_DATA_JSON_SCAN_H
#define PAWL_DATA_JSON_SCAN_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct pawl_json_scan {
	const char *p;
	const char *end;
	const char *message;
};

#define PAWL_JSON_BYTES(b) ((uint64_t)(b) * 0x0101010101010101u)
/* Which bytes end a run beside quotes, backslashes and control characters. */
#define PAWL_JSON_STOP_NON_ASCII PAWL_JSON_BYTES(0x80)
#define PAWL_JSON_STOP_NONE      0

/* The end of the run of bytes from `p` that stand for themselves in a JSON string. Looks at
 * eight bytes at a time: the high bit of each lane of `hit` says that its byte ends the run.
 * A borrow can raise a false hit only above a true one, so the lowest is exact. */
static inline const char *
pawl_json_skip_plain(const char *p, const char *end, uint64_t stop)
{
	const uint64_t high = PAWL_JSON_BYTES(0x80), ones = PAWL_JSON_BYTES(1);

	for (; end - p >= 8; p += 8) {
		uint64_t x, quote, slash, hit;

		memcpy(&x, p, 8);
		x = le64toh(x);
		quote = x ^ PAWL_JSON_BYTES('"');
		slash = x ^ PAWL_JSON_BYTES('\\');
		hit = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		      ((x - PAWL_JSON_BYTES(0x20)) & ~x);
		hit = (hit & high) | (x & stop);
		if (hit)
			return p + __builtin_ctzll(hit) / 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\' &&
	       !((unsigned char)*p & (stop & 0x80)))
		p++;
	return p;
}

static inline void
pawl_json_skip_space(struct pawl_json_scan *scan)
{
	const char *p = scan->p, *end = scan->end;

	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	scan->p = p;
}

/* Writes `code` at `out`, which has room for 4 bytes; returns their number. */
unsigned pawl_json_utf8_put(char *out, uint32_t code);

/* `p` stands after the opening quote, and on success after the closing one. */
bool pawl_json_scan_string(struct pawl_json_scan *scan, bool *has_escapes);
bool pawl_json_scan_number(struct pawl_json_scan *scan);
/* "true", "false", "null". */
bool pawl_json_scan_word(struct pawl_json_scan *scan, const char *word, size_t len);
/* Decodes the inside of a string that was scanned, in place; returns its new length. */
size_t pawl_json_unescape(char *text, size_t len);

#endif
