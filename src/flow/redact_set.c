/* The values that are looked for, and finding them in one pass over plain bytes.
 *
 * Every value gives several patterns: itself, its hex digits, and those characters of its base64
 * forms that depend on nothing but it. Patterns are not written out: their characters are made from
 * the value as they are compared. All patterns have at least eight bytes; windows of eight bytes
 * are tried after Wu and Manber ("A fast algorithm for multi-pattern searching", 1994): the last
 * three bytes of a window say how far it may move on at least. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/seal.h"
#include "flow/redact_internal.h"

#define WINDOW     PAWL_REDACT_MIN_BYTES
#define BLOCK      3 /* bytes at a window's end that are looked at */
#define SHIFT_MAX  (WINDOW - BLOCK + 1)
#define SHIFT_BITS 16 /* at most; fewer for few patterns, whose table stays in the cache then */
#define FEW_BITS   12
#define NONE       UINT32_MAX
#define FORMS_MAX  9 /* patterns of one value */

enum form { FORM_RAW, FORM_HEX, FORM_HEX_UPPER, FORM_BASE64, FORM_BASE64_URL };

struct value {
	size_t offset, len;
};

struct pattern {
	uint64_t head; /* its first eight bytes */
	uint32_t value;
	uint32_t next; /* in the same bucket */
	size_t len;
	uint8_t form;
	uint8_t skip;  /* base64: zero bytes in front of the value, */
	uint8_t first; /* and the first character that depends on it alone */
	bool is_cut;   /* base64: one more character depends on its last bits */
};

/* pawl_secret_alloc, with all that it refers to behind it. */
struct pawl_redactor {
	atomic_int refs;
	bool has_space;
	unsigned block_bits; /* of a block's hash */
	uint32_t n_values, n_patterns, bucket_mask;
	struct value *values;
	struct pattern *patterns;
	uint32_t *buckets; /* the first pattern of each */
	char *bytes;       /* of the values */
	uint8_t shift[1 << SHIFT_BITS];
};

/* ---- the characters of a pattern ---------------------------------------------------- */

static const char base64_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static unsigned
sextet(const unsigned char *value, size_t len, const struct pattern *p, size_t i)
{
	size_t bit = 6 * (i + p->first) - 8 * (size_t)p->skip, at = bit / 8;
	unsigned two = (unsigned)value[at] << 8 | (at + 1 < len ? value[at + 1] : 0);

	return two >> (10 - bit % 8) & 63;
}

static char
character(const unsigned char *value, size_t len, const struct pattern *p, size_t i)
{
	switch ((enum form)p->form) {
	case FORM_RAW:
		break;
	case FORM_HEX:
		return "0123456789abcdef"[value[i / 2] >> (i % 2 ? 0 : 4) & 15];
	case FORM_HEX_UPPER:
		return "0123456789ABCDEF"[value[i / 2] >> (i % 2 ? 0 : 4) & 15];
	case FORM_BASE64:
		return base64_std[sextet(value, len, p, i)];
	case FORM_BASE64_URL:
		return base64_url[sextet(value, len, p, i)];
	}
	return (char)value[i];
}

static const unsigned char *
bytes_of(const struct pawl_redactor *r, const struct pattern *p)
{
	return (const unsigned char *)r->bytes + r->values[p->value].offset;
}

static uint64_t
load_window(const char *at)
{
	uint64_t window;

	memcpy(&window, at, sizeof(window));
	return window;
}

static uint32_t
hash_block(const struct pawl_redactor *r, const char *at)
{
	uint32_t block = (unsigned char)at[0] | (uint32_t)(unsigned char)at[1] << 8 |
			 (uint32_t)(unsigned char)at[2] << 16;

	return block * 2654435761u >> (32 - r->block_bits);
}

static uint32_t
bucket_of(const struct pawl_redactor *r, uint64_t window)
{
	return (uint32_t)(window * UINT64_C(0x9e3779b97f4a7c15) >> 40) & r->bucket_mask;
}

/* ---- building -------------------------------------------------------------------------- */

static void
enter(struct pawl_redactor *r, struct pattern p)
{
	const unsigned char *value = bytes_of(r, &p);
	uint32_t *bucket;
	char head[WINDOW];

	for (size_t i = 0; i < WINDOW; i++)
		head[i] = character(value, r->values[p.value].len, &p, i);
	for (size_t i = 0; i + BLOCK <= WINDOW; i++) {
		uint8_t *shift = &r->shift[hash_block(r, head + i)];

		if (*shift > WINDOW - BLOCK - i)
			*shift = (uint8_t)(WINDOW - BLOCK - i);
	}
	p.head = load_window(head);
	bucket = &r->buckets[bucket_of(r, p.head)];
	p.next = *bucket;
	*bucket = r->n_patterns;
	r->patterns[r->n_patterns++] = p;
}

/* Do the two alphabets write it differently? */
static bool
has_special(const struct pawl_redactor *r, const struct pattern *p)
{
	for (size_t i = 0; i < p->len; i++)
		if (sextet(bytes_of(r, p), r->values[p->value].len, p, i) >= 62)
			return true;
	return false;
}

/* Behind `skip` other bytes: of those depend the first characters, and the last one on what
 * follows, unless the bits come out even. */
static void
enter_base64(struct pawl_redactor *r, uint32_t value, size_t skip)
{
	size_t bytes = skip + r->values[value].len, first = skip ? skip + 1 : 0;
	struct pattern p = {.value = value,
			    .form = FORM_BASE64,
			    .skip = (uint8_t)skip,
			    .first = (uint8_t)first,
			    .len = bytes * 8 / 6 - first,
			    .is_cut = bytes % 3 != 0};

	enter(r, p);
	if (has_special(r, &p)) {
		p.form = FORM_BASE64_URL;
		enter(r, p);
	}
}

static void
enter_value(struct pawl_redactor *r, struct pawl_str value)
{
	uint32_t index = r->n_values;
	const struct value *last = index ? &r->values[index - 1] : NULL;

	PAWL_ASSERT(r->values && r->bytes);
	r->values[index] = (struct value){last ? last->offset + last->len : 0, value.len};
	memcpy(r->bytes + r->values[index].offset, value.ptr, value.len);
	r->n_values++;
	r->has_space |= pawl_str_find_char(value, ' ') != SIZE_MAX;
	enter(r, (struct pattern){.value = index, .form = FORM_RAW, .len = value.len});
	enter(r, (struct pattern){.value = index, .form = FORM_HEX, .len = 2 * value.len});
	enter(r, (struct pattern){.value = index, .form = FORM_HEX_UPPER, .len = 2 * value.len});
	for (size_t skip = 0; skip < 3; skip++)
		enter_base64(r, index, skip);
}

static struct pawl_redactor *
redactor_with_room(size_t n_values, size_t n_bytes)
{
	size_t n_buckets = 16, n_patterns = n_values * FORMS_MAX;
	struct pawl_redactor *r;
	char *at;

	while (n_buckets < n_patterns)
		n_buckets *= 2;
	r = pawl_secret_alloc(sizeof(*r) + n_patterns * sizeof(*r->patterns) +
			      n_values * sizeof(*r->values) + n_buckets * sizeof(*r->buckets) +
			      n_bytes);
	at = (char *)(r + 1);
	r->refs = 1;
	r->has_space = false;
	r->block_bits = FEW_BITS;
	while (r->block_bits < SHIFT_BITS && (size_t)1 << r->block_bits < 64 * n_patterns)
		r->block_bits++;
	r->n_values = r->n_patterns = 0;
	r->bucket_mask = (uint32_t)n_buckets - 1;
	r->patterns = (void *)at;
	r->values = (void *)(r->patterns + n_patterns);
	r->buckets = (void *)(r->values + n_values);
	r->bytes = (char *)(r->buckets + n_buckets);
	for (size_t i = 0; i < n_buckets; i++)
		r->buckets[i] = NONE;
	memset(r->shift, SHIFT_MAX, sizeof(r->shift));
	return r;
}

static struct pawl_str
value_at(const struct pawl_redactor *r, uint32_t i)
{
	return pawl_str(r->bytes + r->values[i].offset, r->values[i].len);
}

struct pawl_redactor *
pawl_redactor_new(const struct pawl_redactor *old, const struct pawl_str *values, size_t n)
{
	size_t n_values = pawl_redactor_count(old), n_bytes = 0;
	struct pawl_redactor *r;

	for (uint32_t i = 0; old && i < old->n_values; i++)
		n_bytes += old->values[i].len;
	for (size_t i = 0; i < n; i++) {
		n_values += values[i].len >= PAWL_REDACT_MIN_BYTES;
		n_bytes += values[i].len;
	}
	if (!n_values)
		return NULL;
	r = redactor_with_room(n_values, n_bytes);
	for (uint32_t i = 0; old && i < old->n_values; i++)
		enter_value(r, value_at(old, i));
	for (size_t i = 0; i < n; i++) {
		if (values[i].len >= PAWL_REDACT_MIN_BYTES && !pawl_redactor_knows(r, values[i]))
			enter_value(r, values[i]);
	}
	return r;
}

struct pawl_redactor *
pawl_redactor_ref(struct pawl_redactor *r)
{
	if (r)
		atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void
pawl_redactor_unref(struct pawl_redactor *r)
{
	if (r && atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) == 1)
		pawl_secret_free(r);
}

size_t
pawl_redactor_count(const struct pawl_redactor *r)
{
	return r ? r->n_values : 0;
}

bool
pawl_redactor_has_space(const struct pawl_redactor *r)
{
	return r->has_space;
}

/* ---- finding ------------------------------------------------------------------------------ */

bool
pawl_redactor_knows(const struct pawl_redactor *r, struct pawl_str value)
{
	uint64_t window;

	if (!r || value.len < WINDOW)
		return false;
	window = load_window(value.ptr);
	for (uint32_t i = r->buckets[bucket_of(r, window)]; i != NONE; i = r->patterns[i].next) {
		const struct pattern *p = &r->patterns[i];

		if (p->form == FORM_RAW && p->head == window &&
		    pawl_str_eq(value_at(r, p->value), value))
			return true;
	}
	return false;
}

static bool
matches(const struct pawl_redactor *r, const struct pattern *p, const char *at, size_t left)
{
	const unsigned char *value = bytes_of(r, p);
	size_t len = r->values[p->value].len;

	if (left < p->len)
		return false;
	if (p->form == FORM_RAW)
		return memcmp(at, value, len) == 0;
	for (size_t i = WINDOW; i < p->len; i++)
		if (at[i] != character(value, len, p, i))
			return false;
	return true;
}

static bool
is_base64(char c)
{
	return c && (strchr(base64_std, c) || c == '-' || c == '_');
}

/* With the characters at its ends that show some of its bits. */
static struct pawl_redact_range
range_of(const struct pattern *p, struct pawl_str bytes, size_t at)
{
	struct pawl_redact_range range = {at, at + p->len};

	if (p->skip && at > 0 && is_base64(bytes.ptr[at - 1]))
		range.start--;
	if (p->is_cut && range.end < bytes.len && is_base64(bytes.ptr[range.end]))
		range.end++;
	return range;
}

static unsigned
shift_at(const struct pawl_redactor *r, const char *window)
{
	return r->shift[hash_block(r, window + WINDOW - BLOCK)];
}

/* Over windows that nothing is in, four at a time: their places do not depend on each other, so
 * that the processor looks them all up at once. `n` windows begin from `at` on. */
static size_t
skip_windows(const struct pawl_redactor *r, const char *at, size_t n)
{
	size_t done = 0;

	while (done + 3 * SHIFT_MAX < n && shift_at(r, at + done) == SHIFT_MAX &&
	       shift_at(r, at + done + SHIFT_MAX) == SHIFT_MAX &&
	       shift_at(r, at + done + 2 * SHIFT_MAX) == SHIFT_MAX &&
	       shift_at(r, at + done + 3 * SHIFT_MAX) == SHIFT_MAX)
		done += 4 * SHIFT_MAX;
	return done;
}

/* The longest that begins there. */
static void
try_window(const struct pawl_redactor *r, struct pawl_str bytes, size_t at,
	   struct pawl_redact_ranges *found)
{
	uint64_t window = load_window(bytes.ptr + at);
	const struct pattern *best = NULL;

	for (uint32_t i = r->buckets[bucket_of(r, window)]; i != NONE; i = r->patterns[i].next) {
		const struct pattern *p = &r->patterns[i];

		if (p->head == window && (!best || p->len > best->len) &&
		    matches(r, p, bytes.ptr + at, bytes.len - at))
			best = p;
	}
	if (best)
		pawl_redact_add(found, range_of(best, bytes, at));
}

void
pawl_redact_scan(const struct pawl_redactor *r, struct pawl_str bytes,
		 struct pawl_redact_ranges *found)
{
	size_t n = bytes.len >= WINDOW ? bytes.len - WINDOW + 1 : 0, at = 0;

	while (at < n) {
		unsigned shift;

		at += skip_windows(r, bytes.ptr + at, n - at);
		if (at >= n)
			break;
		shift = shift_at(r, bytes.ptr + at);
		if (shift == 0)
			try_window(r, bytes, at, found);
		at += shift ? shift : 1;
	}
}

void
pawl_redact_add(struct pawl_redact_ranges *ranges, struct pawl_redact_range range)
{
	struct pawl_redact_range *last = ranges->len ? &ranges->items[ranges->len - 1] : NULL;

	if (last && range.start <= last->end) {
		if (range.start < last->start)
			last->start = range.start;
		if (range.end > last->end)
			last->end = range.end;
		return;
	}
	if (ranges->len == ranges->cap) {
		ranges->cap = ranges->cap ? 2 * ranges->cap : 8;
		ranges->items =
			pawl_realloc_array(ranges->items, ranges->cap, sizeof(*ranges->items));
	}
	PAWL_ASSERT(ranges->items);
	ranges->items[ranges->len++] = range;
}
