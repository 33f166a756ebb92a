#include "net/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/parse.h"

static unsigned
ip_bits(const struct pawl_ip *ip)
{
	return ip->family == 4 ? 32 : 128;
}

static size_t
ip_bytes(const struct pawl_ip *ip)
{
	return ip_bits(ip) / 8;
}

/* An IPv4-mapped address (RFC 4291 section 2.5.5.2) becomes the IPv4 address it holds, so
 * that a list written for one form cannot be passed by using the other. */
static void
ip_set_v6(struct pawl_ip *ip, const uint8_t bytes[16])
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	*ip = (struct pawl_ip){0};
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		ip->family = 4;
		memcpy(ip->bytes, bytes + 12, 4);
	} else {
		ip->family = 6;
		memcpy(ip->bytes, bytes, 16);
	}
}

bool
pawl_ip_parse(struct pawl_str s, struct pawl_ip *out)
{
	char text[PAWL_IP_TEXT_MAX];
	uint8_t bytes[16];
	bool bracketed = s.len >= 2 && s.ptr[0] == '[' && s.ptr[s.len - 1] == ']';

	*out = (struct pawl_ip){0};
	if (bracketed)
		s = pawl_str_sub(s, 1, s.len - 1);
	/* inet_pton would stop at a NUL and take what stands before it. */
	if (s.len == 0 || s.len >= sizeof(text) || memchr(s.ptr, '\0', s.len) != NULL)
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	if (inet_pton(AF_INET6, text, bytes) == 1) {
		ip_set_v6(out, bytes);
		return true;
	}
	if (!bracketed && inet_pton(AF_INET, text, bytes) == 1) {
		out->family = 4;
		memcpy(out->bytes, bytes, 4);
		return true;
	}
	return false;
}

/* By hand: inet_ntop goes through printf, and the caller of every request is written down. */
static size_t
format_v4(const uint8_t bytes[4], char *out)
{
	char *p = out;

	for (size_t i = 0; i < 4; i++) {
		unsigned n = bytes[i];

		if (i > 0)
			*p++ = '.';
		if (n >= 100)
			*p++ = (char)('0' + n / 100);
		if (n >= 10)
			*p++ = (char)('0' + n / 10 % 10);
		*p++ = (char)('0' + n % 10);
	}
	*p = '\0';
	return (size_t)(p - out);
}

size_t
pawl_ip_format(const struct pawl_ip *ip, char out[PAWL_IP_TEXT_MAX])
{
	out[0] = '\0';
	if (ip->family == 4)
		return format_v4(ip->bytes, out);
	if (ip->family != 6 || inet_ntop(AF_INET6, ip->bytes, out, PAWL_IP_TEXT_MAX) == NULL)
		return 0;
	return strlen(out);
}

void
pawl_ip_from_sockaddr(const struct sockaddr *sa, struct pawl_ip *out)
{
	*out = (struct pawl_ip){0};
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		out->family = 4;
		memcpy(out->bytes, &in.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		ip_set_v6(out, in6.sin6_addr.s6_addr);
	}
}

bool
pawl_ip_eq(const struct pawl_ip *a, const struct pawl_ip *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, ip_bytes(a)) == 0;
}

/* True if the first `bits` bits are the same. */
static bool
prefix_matches(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static bool
has_host_bits(const struct pawl_cidr *cidr)
{
	for (unsigned bit = cidr->bits; bit < ip_bits(&cidr->ip); bit++) {
		if (cidr->ip.bytes[bit / 8] & (0x80u >> (bit % 8)))
			return true;
	}
	return false;
}

/* A prefix of a mapped address counts from the start of the IPv6 form; one that is shorter
 * than the mapping itself would have host bits set. */
static bool
prefix_length_parse(struct pawl_str text, bool written_as_v6, const struct pawl_ip *ip,
		    uint8_t *out)
{
	uint64_t skipped = written_as_v6 && ip->family == 4 ? 96 : 0;
	uint64_t bits;

	if (text.len > 1 && text.ptr[0] == '0')
		return false;
	if (!pawl_parse_u64_range(text, skipped, skipped + ip_bits(ip), &bits))
		return false;
	*out = (uint8_t)(bits - skipped);
	return true;
}

enum pawl_err
pawl_cidr_list_add(struct pawl_cidr_list *list, struct pawl_str text)
{
	size_t slash = pawl_str_find_char(text, '/');
	struct pawl_str address = pawl_str_sub(text, 0, slash);
	bool written_as_v6 = pawl_str_find_char(address, ':') != SIZE_MAX;
	struct pawl_cidr cidr = {0};

	if (!pawl_ip_parse(address, &cidr.ip))
		return PAWL_EINVAL;
	cidr.bits = (uint8_t)ip_bits(&cidr.ip);
	if (slash != SIZE_MAX && !prefix_length_parse(pawl_str_sub(text, slash + 1, text.len),
						      written_as_v6, &cidr.ip, &cidr.bits))
		return PAWL_EINVAL;
	if (has_host_bits(&cidr))
		return PAWL_EINVAL;
	list->items = pawl_realloc_array(list->items, list->len + 1, sizeof(*list->items));
	list->items[list->len++] = cidr;
	return PAWL_OK;
}

static bool
is_separator(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

enum pawl_err
pawl_cidr_list_parse(struct pawl_cidr_list *list, struct pawl_str text, const char *where,
		     struct pawl_problems *problems)
{
	enum pawl_err err = PAWL_OK;
	size_t pos = 0;

	while (pos < text.len) {
		size_t start = pos;
		struct pawl_str entry;

		while (pos < text.len && !is_separator(text.ptr[pos]))
			pos++;
		entry = pawl_str_sub(text, start, pos);
		if (entry.len > 0 && pawl_cidr_list_add(list, entry) != PAWL_OK) {
			pawl_problems_add(problems, where,
					  "\"%.*s\" is not an address or CIDR range such as "
					  "10.0.0.0/8, ::1 or 203.0.113.7 (host bits must be zero)",
					  entry.len > 80 ? 80 : (int)entry.len, entry.ptr);
			err = PAWL_EINVAL;
		}
		pos++;
	}
	return err;
}

bool
pawl_cidr_list_has(const struct pawl_cidr_list *list, const struct pawl_ip *ip)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct pawl_cidr *cidr = &list->items[i];

		if (cidr->ip.family == ip->family && ip->family != 0 &&
		    prefix_matches(cidr->ip.bytes, ip->bytes, cidr->bits))
			return true;
	}
	return false;
}

void
pawl_cidr_list_fini(struct pawl_cidr_list *list)
{
	if (list == NULL)
		return;
	free(list->items);
	*list = (struct pawl_cidr_list){0};
}

/* Some proxies put the client's port behind its address: 192.0.2.1:4711, [2001:db8::1]:4711. */
static struct pawl_str
without_port(struct pawl_str s)
{
	size_t colon = pawl_str_find_char(s, ':');
	struct pawl_str rest = pawl_str_sub(s, colon == SIZE_MAX ? s.len : colon + 1, s.len);
	uint64_t port;

	if (s.len > 0 && s.ptr[0] == '[') {
		colon = pawl_str_find(s, PAWL_STR("]:"));
		colon += colon != SIZE_MAX;
		rest = pawl_str_sub(s, colon == SIZE_MAX ? s.len : colon + 1, s.len);
	}
	/* More than one colon without brackets is IPv6 alone. */
	return pawl_parse_u64_range(rest, 0, 65535, &port) ? pawl_str_sub(s, 0, colon) : s;
}

void
pawl_ip_client(const struct pawl_ip *peer, struct pawl_str forwarded_for,
	       const struct pawl_cidr_list *trusted, struct pawl_ip *out)
{
	size_t end = forwarded_for.len;

	*out = *peer;
	/* What stands left of an address that is not ours to trust, anybody may have written. */
	while (end > 0 && pawl_cidr_list_has(trusted, out)) {
		size_t start = end;
		struct pawl_ip entry;

		while (start > 0 && forwarded_for.ptr[start - 1] != ',')
			start--;
		if (!pawl_ip_parse(
			    without_port(pawl_str_trim(pawl_str_sub(forwarded_for, start, end))),
			    &entry))
			return;
		*out = entry;
		end = start > 0 ? start - 1 : 0;
	}
}
