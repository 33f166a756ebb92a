/* How often passwords may be guessed: per address, per account, per second factor.
 *
 * What goes well does not count. The limit of an account is wider than that of an address, so that
 * one guesser cannot keep its user out, and a browser in which the user has signed in before has a
 * limit of its own, so that many cannot either. In memory, bounded; any thread. */
#ifndef PAWL_SERVER_SIGN_IN_LIMITS_H
#define PAWL_SERVER_SIGN_IN_LIMITS_H

#include "base/str.h"
#include "net/ip.h"

struct pawl_sign_ins;

struct pawl_sign_in_try {
	const struct pawl_ip *ip;
	struct pawl_str account; /* "" for what needs no account */
	struct pawl_str device;  /* known to be this account's; empty: none is */
};

struct pawl_sign_ins *pawl_sign_ins_new(void);
void pawl_sign_ins_free(struct pawl_sign_ins *limits);
/* 0: it may be tried; else so many microseconds to wait. */
int64_t pawl_sign_ins_take(struct pawl_sign_ins *limits, const struct pawl_sign_in_try *try);
/* It went well. */
void pawl_sign_ins_give_back(struct pawl_sign_ins *limits, const struct pawl_sign_in_try *try);
/* Of a user whose password was right. */
int64_t pawl_sign_ins_take_code(struct pawl_sign_ins *limits, uint64_t user_id);
void pawl_sign_ins_give_back_code(struct pawl_sign_ins *limits, uint64_t user_id);

#endif
