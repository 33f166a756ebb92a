#include "store/stat.h"

const char *const pawl_stat_failures[] = {
	"other",     "answer",     "blocked",  "canceled",   "crashed_twice",
	"document",  "expression", "http_4xx", "http_5xx",   "http_other",
	"in_doubt",  "network",    "request",  "terminated", "timeout",
	"too_large", NULL};

const char *const pawl_stat_refusals[] = {"other",
					  "address_not_allowed",
					  "address_rate_limited",
					  "bad_credentials",
					  "bad_signature",
					  "bad_verify_token",
					  "body_too_large",
					  "future_timestamp",
					  "malformed_body",
					  "malformed_credentials",
					  "malformed_handshake",
					  "malformed_signature",
					  "malformed_timestamp",
					  "method_not_allowed",
					  "missing_credentials",
					  "missing_header",
					  "not_configured",
					  "rate_limited",
					  "repeated_header",
					  "secret_not_valid",
					  "stale_timestamp",
					  "untrusted_certificate",
					  "untrusted_url",
					  NULL};

#define MS 1000
#define S  (1000 * MS)
#define M  (60 * (int64_t)S)
#define H  (60 * M)
const int64_t pawl_histogram_bounds_us[PAWL_HISTOGRAM_BOUNDS] = {
	250,      500,      1 * MS,   2500,   5 * MS,    10 * MS, 25 * MS, 50 * MS,
	100 * MS, 250 * MS, 500 * MS, 1 * S,  2500 * MS, 5 * S,   10 * S,  30 * S,
	1 * M,    2 * M,    5 * M,    15 * M, 1 * H,     6 * H,   24 * H,  7 * 24 * H};

static unsigned
place_of(const char *const *names, struct pawl_str name)
{
	for (unsigned i = 0; names[i]; i++)
		if (pawl_str_eq_c(name, names[i]))
			return i;
	return 0;
}

unsigned
pawl_stat_of_failure(const char *failure_class)
{
	return PAWL_STAT_FAILURES + place_of(pawl_stat_failures, pawl_str_c(failure_class));
}

unsigned
pawl_stat_of_refusal(struct pawl_str reason)
{
	size_t colon = pawl_str_find_char(reason, ':');

	if (colon != SIZE_MAX)
		reason = pawl_str_sub(reason, 0, colon);
	return PAWL_STAT_REFUSALS + place_of(pawl_stat_refusals, reason);
}

/* ---- histograms ------------------------------------------------------------------------ */

unsigned
pawl_histogram_bucket(int64_t elapsed_us)
{
	unsigned bucket = 0;

	while (bucket < PAWL_HISTOGRAM_BOUNDS && elapsed_us > pawl_histogram_bounds_us[bucket])
		bucket++;
	return bucket;
}

/* Within a bucket, as if what is in it were spread evenly; of the last, its lower bound. */
int64_t
pawl_histogram_quantile_us(const uint64_t buckets[PAWL_HISTOGRAM_BUCKETS], double q)
{
	uint64_t total = 0, below = 0;
	double wanted, part;
	int64_t from_us, to_us;

	for (unsigned i = 0; i < PAWL_HISTOGRAM_BUCKETS; i++)
		total += buckets[i];
	if (!total)
		return -1;
	wanted = q * (double)total;
	for (unsigned i = 0; i < PAWL_HISTOGRAM_BOUNDS; below += buckets[i++]) {
		if ((double)(below + buckets[i]) < wanted)
			continue;
		from_us = i ? pawl_histogram_bounds_us[i - 1] : 0;
		to_us = pawl_histogram_bounds_us[i];
		part = buckets[i] ? (wanted - (double)below) / (double)buckets[i] : 0;
		return from_us + (int64_t)(part * (double)(to_us - from_us));
	}
	return pawl_histogram_bounds_us[PAWL_HISTOGRAM_BOUNDS - 1];
}

/* ---- at rest ----------------------------------------------------------------------------- */

static void
put_varint(struct pawl_buf *out, uint64_t value)
{
	while (value >= 0x80) {
		pawl_buf_append_char(out, (char)(value | 0x80));
		value >>= 7;
	}
	pawl_buf_append_char(out, (char)value);
}

static bool
get_varint(struct pawl_str *from, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && from->len; shift += 7) {
		unsigned char byte = (unsigned char)*from->ptr;

		*from = pawl_str_sub(*from, 1, from->len);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*out = value;
			return true;
		}
	}
	return false;
}

void
pawl_stat_encode(struct pawl_buf *out, const uint64_t by[PAWL_STAT_N])
{
	for (unsigned i = 0; i < PAWL_STAT_N; i++) {
		if (!by[i])
			continue;
		put_varint(out, i);
		put_varint(out, by[i]);
	}
}

bool
pawl_stat_decode(struct pawl_str stored, uint64_t by[PAWL_STAT_N])
{
	uint64_t counter, n;

	while (stored.len) {
		if (!get_varint(&stored, &counter) || !get_varint(&stored, &n) ||
		    counter >= PAWL_STAT_N)
			return false;
		by[counter] += n;
	}
	return true;
}
