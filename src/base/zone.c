/* TZif: RFC 8536, version 2 and later (the 64-bit data; version 1 has 32 bits only and is what a
 * database of before 2005 has). The footer is a POSIX TZ string with the extensions of section
 * 3.3.1. */
#include "base/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/calendar.h"
#include "base/zone_rule.h"

#define HEADER_BYTES 44
#define TYPES_MAX    256
#define TIMES_MAX    4000
#define OFFSET_MAX   93599 /* section 3.2 would like them to be from -24:59:59 to 25:59:59 */

struct pawl_zone {
	size_t n;        /* transitions */
	int64_t *at;     /* growing */
	int32_t *offset; /* from at[i] on */
	int32_t first;   /* before at[0] */
	struct pawl_zone_rule rule;
	bool has_rule;
};

/* ---- bytes ---------------------------------------------------------------------- */

static int64_t
read_be(const char *p, size_t n)
{
	uint64_t v = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return (int64_t)v;
}

/* The counts of a header, in its order. */
struct counts {
	uint64_t isut, isstd, leap, time, type, chars;
};

static bool
read_header(struct pawl_str s, struct counts *c)
{
	uint64_t *const members[] = {&c->isut, &c->isstd, &c->leap, &c->time, &c->type, &c->chars};

	if (s.len < HEADER_BYTES || memcmp(s.ptr, "TZif", 4) != 0 || s.ptr[4] < '2')
		return false;
	for (size_t i = 0; i < 6; i++)
		*members[i] = (uint64_t)read_be(s.ptr + 20 + 4 * i, 4) & UINT32_MAX;
	return true;
}

/* The data behind a header, with times of `width` bytes. */
static uint64_t
data_bytes(const struct counts *c, uint64_t width)
{
	return c->time * (width + 1) + c->type * 6 + c->chars + c->leap * (width + 4) + c->isstd +
	       c->isut;
}

/* Transitions of which nobody sees anything (names change, offsets do not) are left out. */
static bool
read_transitions(struct pawl_zone *zone, const struct counts *c, const char *times,
		 const char *indexes, const char *types)
{
	int32_t now = zone->first;

	zone->at = pawl_calloc(c->time + 1, sizeof(*zone->at));
	zone->offset = pawl_calloc(c->time + 1, sizeof(*zone->offset));
	for (uint64_t i = 0; i < c->time; i++) {
		int64_t at = read_be(times + 8 * i, 8), offset;
		unsigned char type = (unsigned char)indexes[i];

		if (type >= c->type || (i && at <= read_be(times + 8 * (i - 1), 8)))
			return false;
		offset = read_be(types + 6 * (size_t)type, 4);
		/* Room to add an offset to any of them. */
		if (offset < -OFFSET_MAX || offset > OFFSET_MAX || at > INT64_MAX / 4)
			return false;
		if (at < INT64_MIN / 4) {
			now = zone->first = (int32_t)offset;
			continue;
		}
		if (offset == now)
			continue;
		now = (int32_t)offset;
		zone->at[zone->n] = at;
		zone->offset[zone->n++] = now;
	}
	return true;
}

static bool
read_footer(struct pawl_zone *zone, struct pawl_str s)
{
	size_t end;

	if (!s.len || s.ptr[0] != '\n')
		return false;
	s = pawl_str_sub(s, 1, s.len);
	end = pawl_str_find_char(s, '\n');
	if (end == SIZE_MAX)
		return false;
	zone->has_rule = end > 0;
	return end == 0 || pawl_zone_rule_parse(pawl_str_sub(s, 0, end), &zone->rule);
}

static bool
read_zone(struct pawl_zone *zone, struct pawl_str s)
{
	const char *times, *indexes, *types;
	struct counts c;
	uint64_t size;
	int64_t first;

	if (!read_header(s, &c) || data_bytes(&c, 4) > s.len - HEADER_BYTES)
		return false;
	s = pawl_str_sub(s, HEADER_BYTES + data_bytes(&c, 4), s.len);
	if (!read_header(s, &c) || c.time > TIMES_MAX || !c.type || c.type > TYPES_MAX)
		return false;
	size = data_bytes(&c, 8);
	if (size > s.len - HEADER_BYTES)
		return false;
	times = s.ptr + HEADER_BYTES;
	indexes = times + 8 * c.time;
	types = indexes + c.time;
	/* Section 3.2: type 0 is that of the time before the first transition. */
	first = read_be(types, 4);
	if (first < -OFFSET_MAX || first > OFFSET_MAX)
		return false;
	zone->first = (int32_t)first;
	return read_transitions(zone, &c, times, indexes, types) &&
	       read_footer(zone, pawl_str_sub(s, HEADER_BYTES + size, s.len));
}

struct pawl_zone *
pawl_zone_parse(struct pawl_str bytes)
{
	struct pawl_zone *zone = pawl_calloc(1, sizeof(*zone));

	if (read_zone(zone, bytes))
		return zone;
	pawl_zone_free(zone);
	return NULL;
}

void
pawl_zone_free(struct pawl_zone *zone)
{
	if (!zone)
		return;
	free(zone->at);
	free(zone->offset);
	free(zone);
}

/* ---- files ---------------------------------------------------------------------- */

/* Letters, digits, "_", "+", "-" in parts between slashes: nothing that leads elsewhere. */
static bool
is_name(struct pawl_str name)
{
	struct pawl_str part;

	if (!name.len || name.len > PAWL_ZONE_NAME_MAX)
		return false;
	while (pawl_str_split(&name, '/', &part)) {
		if (!part.len || part.ptr[0] < 'A' || part.ptr[0] > 'Z')
			return false;
		for (size_t i = 0; i < part.len; i++) {
			char c = part.ptr[i];

			if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			      (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-'))
				return false;
		}
	}
	return true;
}

/* 0 or an errno. */
static int
read_file(const char *path, char *out, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
	struct stat st;
	ssize_t n = 0;

	*len = 0;
	if (fd < 0)
		return errno;
	if (fstat(fd, &st) != 0)
		rc = errno;
	else if (!S_ISREG(st.st_mode))
		rc = ENOENT;
	while (!rc && *len < PAWL_ZONE_BYTES_MAX &&
	       (n = read(fd, out + *len, PAWL_ZONE_BYTES_MAX - *len)) > 0)
		*len += (size_t)n;
	if (!rc && n < 0)
		rc = errno;
	close(fd);
	return rc;
}

static const char *
zone_dir(void)
{
	const char *dir = getenv("TZDIR");

	return dir && *dir ? dir : "/usr/share/zoneinfo";
}

static enum pawl_err
say_missing(struct pawl_str name, const char *where, int rc, struct pawl_problems *problems)
{
	const char *dir = zone_dir();

	if (access(dir, X_OK) != 0) {
		pawl_problems_add(problems, where,
				  "there is no time zone database at %s: install the package "
				  "tzdata, or use UTC",
				  dir);
		return PAWL_EIO;
	}
	pawl_problems_add(problems, where,
			  "there is no time zone \"%.*s\" in %s (%s); write it like "
			  "\"Europe/Berlin\" or \"UTC\"",
			  PAWL_STR_ARG(name), dir, strerror(rc));
	return PAWL_ENOTFOUND;
}

enum pawl_err
pawl_zone_open(struct pawl_str name, const char *where, struct pawl_zone **out,
	       struct pawl_problems *problems)
{
	char path[4200], *bytes;
	size_t len;
	int rc;

	*out = NULL;
	if (pawl_str_eq_c(name, "UTC")) {
		*out = pawl_calloc(1, sizeof(**out));
		return PAWL_OK;
	}
	if (!is_name(name)) {
		pawl_problems_add(problems, where,
				  "\"%.*s\" is no name of a time zone; write it like "
				  "\"Europe/Berlin\" or \"UTC\"",
				  PAWL_STR_ARG(pawl_str_sub(name, 0, PAWL_ZONE_NAME_MAX)));
		return PAWL_EINVAL;
	}
	snprintf(path, sizeof(path), "%s/%.*s", zone_dir(), PAWL_STR_ARG(name));
	bytes = pawl_malloc(PAWL_ZONE_BYTES_MAX);
	rc = read_file(path, bytes, &len);
	if (!rc)
		*out = pawl_zone_parse(pawl_str(bytes, len));
	free(bytes);
	if (rc)
		return say_missing(name, where, rc, problems);
	if (*out)
		return PAWL_OK;
	pawl_problems_add(problems, where, "%s is no file of a time zone (RFC 8536)", path);
	return PAWL_EINVAL;
}

/* ---- asking --------------------------------------------------------------------- */

/* Transitions at or before `at`. */
static size_t
count_until(const struct pawl_zone *zone, int64_t at)
{
	size_t low = 0, high = zone->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (zone->at[mid] <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Behind the last transition of the list. */
static void
rule_period(const struct pawl_zone *zone, int64_t at, struct pawl_zone_period *out)
{
	int64_t last = zone->n ? zone->at[zone->n - 1] : INT64_MIN;

	pawl_zone_rule_period(&zone->rule, at, out);
	if (out->from > last)
		return;
	/* The list and the rule agree from here on. */
	out->from = last;
	out->before_s = zone->n > 1 ? zone->offset[zone->n - 2] : zone->first;
	if (!zone->n)
		out->before_s = out->offset_s;
}

void
pawl_zone_period(const struct pawl_zone *zone, int64_t at, struct pawl_zone_period *out)
{
	size_t i = count_until(zone, at);

	if (i == zone->n && zone->has_rule) {
		rule_period(zone, at, out);
		return;
	}
	out->from = i ? zone->at[i - 1] : INT64_MIN;
	out->until = i < zone->n ? zone->at[i] : INT64_MAX;
	out->offset_s = i ? zone->offset[i - 1] : zone->first;
	out->before_s = i > 1 ? zone->offset[i - 2] : zone->first;
}
