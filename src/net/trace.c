#include "net/trace.h"

#include "base/codec.h"

/* A bijection that spreads every bit (the finalizer of SplitMix64). */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static void
put_u64(uint64_t value, unsigned char out[8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(value >> (56 - 8 * i));
}

/* Lower case only. */
static bool
read_hex(struct pawl_str text, unsigned char *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return pawl_hex_decode(text, out);
}

static bool
is_zero(const unsigned char *bytes, size_t n)
{
	unsigned char any = 0;

	for (size_t i = 0; i < n; i++)
		any |= bytes[i];
	return any == 0;
}

bool
pawl_traceparent_parse(struct pawl_str text, struct pawl_trace *out)
{
	unsigned char version, parent[8], flags;

	*out = (struct pawl_trace){.parent = 0};
	if (text.len < PAWL_TRACEPARENT_LEN || text.ptr[2] != '-' || text.ptr[35] != '-' ||
	    text.ptr[52] != '-' || !read_hex(pawl_str_sub(text, 0, 2), &version) ||
	    !read_hex(pawl_str_sub(text, 3, 35), out->id) ||
	    !read_hex(pawl_str_sub(text, 36, 52), parent) ||
	    !read_hex(pawl_str_sub(text, 53, 55), &flags))
		return false;
	if (version == 0xff || is_zero(out->id, sizeof out->id) || is_zero(parent, sizeof parent))
		return false;
	if (text.len > PAWL_TRACEPARENT_LEN &&
	    (version == 0 || text.ptr[PAWL_TRACEPARENT_LEN] != '-'))
		return false;
	for (int i = 0; i < 8; i++)
		out->parent = out->parent << 8 | parent[i];
	out->is_sampled = flags & 1;
	return true;
}

void
pawl_traceparent_format(const struct pawl_trace *trace, uint64_t span,
			char out[PAWL_TRACEPARENT_LEN])
{
	unsigned char bytes[8];

	memcpy(out, "00-", 3);
	pawl_hex_encode(trace->id, sizeof trace->id, out + 3);
	out[35] = '-';
	put_u64(span, bytes);
	pawl_hex_encode(bytes, sizeof bytes, out + 36);
	memcpy(out + 52, trace->is_sampled ? "-01" : "-00", 3);
}

void
pawl_trace_begin(uint64_t seed, uint64_t id, struct pawl_trace *out)
{
	*out = (struct pawl_trace){.is_sampled = true};
	put_u64(mix(mix(seed) ^ id), out->id);
	put_u64(mix(mix(~seed) ^ id) | 1, out->id + 8);
}

/* The value of the only header of that name; ptr NULL: there is none, or several. */
static struct pawl_str
only_header(struct pawl_str lines, const char *name)
{
	struct pawl_str found = pawl_str(NULL, 0), wanted = pawl_str_c(name), line, key;

	while (pawl_str_split(&lines, '\n', &line)) {
		if (!pawl_str_split(&line, ':', &key) || !pawl_str_eq_nocase(key, wanted))
			continue;
		if (found.ptr)
			return pawl_str(NULL, 0);
		found = pawl_str_trim(line);
	}
	return found;
}

void
pawl_trace_of_request(struct pawl_str headers, uint64_t seed, uint64_t id, struct pawl_trace *out)
{
	struct pawl_str parent = only_header(headers, "traceparent");

	if (!parent.ptr || !pawl_traceparent_parse(parent, out)) {
		pawl_trace_begin(seed, id, out);
		return;
	}
	out->state = only_header(headers, "tracestate");
	if (out->state.len > PAWL_TRACESTATE_MAX)
		out->state = pawl_str(NULL, 0);
}

uint64_t
pawl_span_id(uint64_t seed, uint64_t run_id, enum pawl_span_role role, uint64_t number)
{
	uint64_t id = mix(mix(mix(seed + role) ^ run_id) ^ number);

	return id ? id : 1;
}
