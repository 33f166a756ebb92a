#include "server/sign_in_limits.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "server/rate.h"

/* At once, and then one in so many seconds. */
#define ADDRESS_BURST 10
#define ADDRESS_S     10
#define ACCOUNT_BURST 30
#define ACCOUNT_S     4
#define CODE_BURST    5
#define CODE_S        60
#define KEY_MAX       256

struct pawl_sign_ins {
	struct pawl_rate_table *addresses, *accounts, *devices, *codes;
};

struct pawl_sign_ins *
pawl_sign_ins_new(void)
{
	struct pawl_sign_ins *limits = pawl_calloc(1, sizeof *limits);

	limits->addresses = pawl_rate_table_new(1.0 / ADDRESS_S, ADDRESS_BURST);
	limits->accounts = pawl_rate_table_new(1.0 / ACCOUNT_S, ACCOUNT_BURST);
	limits->devices = pawl_rate_table_new(1.0 / ADDRESS_S, ADDRESS_BURST);
	limits->codes = pawl_rate_table_new(1.0 / CODE_S, CODE_BURST);
	return limits;
}

void
pawl_sign_ins_free(struct pawl_sign_ins *limits)
{
	if (!limits)
		return;
	pawl_rate_table_free(limits->addresses);
	pawl_rate_table_free(limits->accounts);
	pawl_rate_table_free(limits->devices);
	pawl_rate_table_free(limits->codes);
	free(limits);
}

/* Names differ in more than the case of their letters. */
static size_t
fold(struct pawl_str name, char out[KEY_MAX])
{
	size_t n = name.len < KEY_MAX ? name.len : KEY_MAX;

	for (size_t i = 0; i < n; i++)
		out[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] | 0x20
									 : name.ptr[i]);
	return n;
}

static size_t
ip_len(const struct pawl_ip *ip)
{
	return ip->family == 6 ? 8 : 4;
}

int64_t
pawl_sign_ins_take(struct pawl_sign_ins *limits, const struct pawl_sign_in_try *try)
{
	int64_t now_us = pawl_clock_mono_us(), wait_us;
	char key[KEY_MAX];

	if (try->device.len)
		return pawl_rate_table_take_key(limits->devices, try->device.ptr, try->device.len,
						now_us);
	wait_us = pawl_rate_table_take(limits->addresses, try->ip, now_us);
	if (wait_us || !try->account.len)
		return wait_us;
	wait_us = pawl_rate_table_take_key(limits->accounts, key, fold(try->account, key), now_us);
	if (wait_us)
		pawl_rate_table_give_back(limits->addresses, try->ip->bytes, ip_len(try->ip));
	return wait_us;
}

void
pawl_sign_ins_give_back(struct pawl_sign_ins *limits, const struct pawl_sign_in_try *try)
{
	char key[KEY_MAX];

	if (try->device.len) {
		pawl_rate_table_give_back(limits->devices, try->device.ptr, try->device.len);
		return;
	}
	pawl_rate_table_give_back(limits->addresses, try->ip->bytes, ip_len(try->ip));
	if (try->account.len)
		pawl_rate_table_give_back(limits->accounts, key, fold(try->account, key));
}

int64_t
pawl_sign_ins_take_code(struct pawl_sign_ins *limits, uint64_t user_id)
{
	return pawl_rate_table_take_key(limits->codes, &user_id, sizeof user_id,
					pawl_clock_mono_us());
}

void
pawl_sign_ins_give_back_code(struct pawl_sign_ins *limits, uint64_t user_id)
{
	pawl_rate_table_give_back(limits->codes, &user_id, sizeof user_id);
}
