#include "net/egress.h"

#define UNLESS_ALLOWED "; the operator may allow it with PAWL_EGRESS_ALLOW"

struct range {
	uint8_t family;
	uint8_t bits;
	uint8_t bytes[16];
	const char *refusal;
};

static const char is_loopback[] = "is loopback" UNLESS_ALLOWED;
static const char is_private[] = "is private" UNLESS_ALLOWED;
static const char is_link_local[] = "is link-local or cloud metadata" UNLESS_ALLOWED;
static const char is_shared[] = "is shared address space" UNLESS_ALLOWED;
static const char is_multicast[] = "is multicast" UNLESS_ALLOWED;
static const char is_reserved[] = "is reserved" UNLESS_ALLOWED;
static const char is_tunnel[] = "is a tunnel to another address" UNLESS_ALLOWED;

/* IANA's special-purpose registries (RFC 6890). The first match says why. Of IPv6 only
 * 2000::/3 is given out as global unicast; what is not in it is refused below. */
static const struct range refused[] = {
	{4, 8, {127}, is_loopback},
	{4, 8, {10}, is_private},
	{4, 12, {172, 16}, is_private},
	{4, 16, {192, 168}, is_private},
	{4, 16, {169, 254}, is_link_local},
	{4, 32, {168, 63, 129, 16}, is_link_local}, /* Azure's, outside the link-local range */
	{4, 10, {100, 64}, is_shared},
	{4, 4, {224}, is_multicast},
	{4, 8, {0}, is_reserved},
	{4, 24, {192, 0, 0}, is_reserved},
	{4, 24, {192, 0, 2}, is_reserved},
	{4, 24, {192, 88, 99}, is_reserved},
	{4, 15, {198, 18}, is_reserved},
	{4, 24, {198, 51, 100}, is_reserved},
	{4, 24, {203, 0, 113}, is_reserved},
	{4, 4, {240}, is_reserved},
	{6, 128, {[15] = 1}, is_loopback},
	{6, 7, {0xfc}, is_private},
	{6, 10, {0xfe, 0xc0}, is_private},
	{6, 10, {0xfe, 0x80}, is_link_local},
	{6, 8, {0xff}, is_multicast},
	{6, 16, {0x20, 0x02}, is_tunnel},
	{6, 32, {0x20, 0x01, 0, 0}, is_tunnel},
	{6, 23, {0x20, 0x01, 0}, is_reserved},
	{6, 32, {0x20, 0x01, 0x0d, 0xb8}, is_reserved},
	{6, 20, {0x3f, 0xff, 0}, is_reserved},
};

static bool
range_has(const struct range *range, const struct pawl_ip *ip)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	if (range->family != ip->family || memcmp(range->bytes, ip->bytes, whole) != 0)
		return false;
	return rest == 0 || ((range->bytes[whole] ^ ip->bytes[whole]) >> (8 - rest)) == 0;
}

/* An address behind the well-known NAT64 prefix (RFC 6052) reaches the IPv4 address in its
 * last four bytes, and is judged by it: networks without IPv4 depend on it. */
static bool
is_nat64(const struct pawl_ip *ip, struct pawl_ip *inner)
{
	static const uint8_t prefix[12] = {0x00, 0x64, 0xff, 0x9b};

	if (ip->family != 6 || memcmp(ip->bytes, prefix, sizeof(prefix)) != 0)
		return false;
	*inner = (struct pawl_ip){.family = 4};
	memcpy(inner->bytes, ip->bytes + 12, 4);
	return true;
}

static const char *
builtin_refusal(const struct pawl_ip *ip)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (range_has(&refused[i], ip))
			return refused[i].refusal;
	}
	if (ip->family == 6 && (ip->bytes[0] & 0xe0) != 0x20)
		return is_reserved;
	return NULL;
}

const char *
pawl_egress_refusal(const struct pawl_egress *egress, const struct pawl_ip *ip)
{
	struct pawl_ip inner;

	if (ip->family != 4 && ip->family != 6)
		return "is not an IP address";
	if (pawl_cidr_list_has(&egress->deny, ip))
		return "is listed in PAWL_EGRESS_DENY, which goes before PAWL_EGRESS_ALLOW";
	if (pawl_cidr_list_has(&egress->allow, ip))
		return NULL;
	if (is_nat64(ip, &inner))
		return pawl_egress_refusal(egress, &inner);
	return builtin_refusal(ip);
}

bool
pawl_egress_is_allowed(const struct pawl_egress *egress, const struct pawl_ip *ip)
{
	return pawl_egress_refusal(egress, ip) == NULL;
}

void
pawl_egress_fini(struct pawl_egress *egress)
{
	if (egress == NULL)
		return;
	pawl_cidr_list_fini(&egress->allow);
	pawl_cidr_list_fini(&egress->deny);
}
