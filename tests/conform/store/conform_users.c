/* Users and sessions: the rules that two writers at a time could break. */
#include <string.h>

#include "store/users.h"
#include "store_conformance.h"

static enum pawl_err
add_user(struct fixture *f, const char *name, enum pawl_role role, bool is_first, uint64_t *id)
{
	struct pawl_store_user add = {.user = {.name = pawl_str_c(name),
					       .role = role,
					       .password = PAWL_STR("hash"),
					       .created_at_us = 5},
				      .is_first = is_first};
	enum pawl_err err;

	pawl_store_op_init(&add.op, PAWL_STORE_USER_ADD, NULL);
	err = pawl_store_wait(f->store, &add.op);
	pawl_store_op_fini(&add.op);
	if (id)
		*id = add.user.id;
	return err;
}

static uint64_t
owner(struct fixture *f)
{
	uint64_t id;

	assert_int_equal(add_user(f, "ann", PAWL_ROLE_OWNER, true, &id), PAWL_OK);
	return id;
}

static enum pawl_err
change_user(struct fixture *f, struct pawl_store_user_change *change)
{
	enum pawl_err err;

	pawl_store_op_init(&change->op, PAWL_STORE_USER_CHANGE, NULL);
	err = pawl_store_wait(f->store, &change->op);
	pawl_store_op_fini(&change->op);
	return err;
}

static enum pawl_err
sign_in(struct fixture *f, struct pawl_store_sign_in *op, uint64_t user_id, const char *hash)
{
	static char hashes[64][PAWL_SESSION_HASH_BYTES];
	static size_t n;
	enum pawl_err err;

	memcpy(hashes[n %= 64], hash, strlen(hash));
	if (!op->password.len)
		op->password = PAWL_STR("hash");
	op->session = (struct pawl_session_row){.user_id = user_id,
						.hash = pawl_str(hashes[n++], 32),
						.created_at_us = 7,
						.seen_at_us = 7,
						.address = PAWL_STR("::1"),
						.user_agent = PAWL_STR("browser")};
	if (!op->max)
		op->max = 10;
	pawl_store_op_init(&op->op, PAWL_STORE_SIGN_IN, NULL);
	err = pawl_store_wait(f->store, &op->op);
	pawl_store_op_fini(&op->op);
	return err;
}

static uint64_t
begin(struct fixture *f, uint64_t user_id, const char *hash)
{
	struct pawl_store_sign_in op = {0};

	assert_int_equal(sign_in(f, &op, user_id, hash), PAWL_OK);
	return op.session.id;
}

static size_t
n_sessions(struct fixture *f, uint64_t user_id, uint64_t *newest)
{
	struct pawl_store_list list;
	size_t n;

	list_init(&list, PAWL_STORE_SESSIONS);
	list.user_id = user_id;
	list_rows(f, &list);
	n = list.n;
	if (newest)
		*newest = n ? list.sessions[0].id : 0;
	pawl_store_op_fini(&list.op);
	return n;
}

static enum pawl_err
remove_user(struct fixture *f, uint64_t id)
{
	struct pawl_store_get get;
	enum pawl_err err = get_row(f, &get, PAWL_STORE_USER_REMOVE, id);

	pawl_store_op_fini(&get.op);
	return err;
}

static void
test_first_user_is_an_owner_and_made_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add_user(f, "bob", PAWL_ROLE_EDITOR, false, NULL), PAWL_ESTATE);
	owner(f);
	assert_int_equal(add_user(f, "eve", PAWL_ROLE_OWNER, true, NULL), PAWL_ESTATE);
	assert_int_equal(add_user(f, "ANN", PAWL_ROLE_VIEWER, false, NULL), PAWL_ECONFLICT);
	assert_int_equal(add_user(f, "bob", PAWL_ROLE_VIEWER, false, NULL), PAWL_OK);
}

static void
test_users_survive_a_reopen_by_name(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	struct pawl_store_get get = {.name = PAWL_STR("Ann")};
	uint64_t id = owner(f);

	assert_int_equal(add_user(f, "Abe", PAWL_ROLE_VIEWER, false, NULL), PAWL_OK);
	fixture_reopen(f, 0);
	list_init(&list, PAWL_STORE_USERS);
	list_rows(f, &list);
	assert_int_equal(list.n, 2);
	assert_str(list.users[0].name, "Abe");
	assert_int_equal(list.users[1].id, id);
	assert_str(list.users[1].password, "hash");
	assert_int_equal(list.users[1].role, PAWL_ROLE_OWNER);
	pawl_store_op_fini(&list.op);
	pawl_store_op_init(&get.op, PAWL_STORE_USER, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
	assert_int_equal(get.user->id, id);
	pawl_store_op_fini(&get.op);
}

static void
test_last_owner_stays(void **state)
{
	struct fixture *f = *state;
	uint64_t ann = owner(f), bob;
	struct pawl_store_user_change no_owner = {.id = ann, .role = PAWL_ROLE_EDITOR};
	struct pawl_store_user_change shut_out = {
		.id = ann, .has_disabled = true, .is_disabled = true};
	struct pawl_store_user_change bob_out = shut_out;

	assert_int_equal(add_user(f, "bob", PAWL_ROLE_OWNER, false, &bob), PAWL_OK);
	bob_out.id = bob;
	assert_int_equal(change_user(f, &bob_out), PAWL_OK);
	assert_int_equal(change_user(f, &no_owner), PAWL_ESTATE);
	assert_int_equal(change_user(f, &shut_out), PAWL_ESTATE);
	assert_int_equal(remove_user(f, ann), PAWL_ESTATE);
	bob_out.is_disabled = false;
	assert_int_equal(change_user(f, &bob_out), PAWL_OK);
	assert_int_equal(change_user(f, &no_owner), PAWL_OK);
	assert_int_equal(remove_user(f, ann), PAWL_OK);
	assert_int_equal(remove_user(f, ann), PAWL_ENOTFOUND);
	assert_int_equal(remove_user(f, bob), PAWL_ESTATE);
}

static void
test_sign_in_is_of_the_password_that_was_checked(void **state)
{
	struct fixture *f = *state;
	uint64_t ann = owner(f);
	struct pawl_store_user_change other = {.id = ann, .password = PAWL_STR("other")};
	struct pawl_store_sign_in old = {0}, new = {.password = PAWL_STR("other"),
						    .new_password = PAWL_STR("rehashed")};

	assert_int_equal(change_user(f, &other), PAWL_OK);
	assert_int_equal(sign_in(f, &old, ann, "a"), PAWL_EDENIED);
	assert_int_equal(sign_in(f, &new, ann, "b"), PAWL_OK);
	new.new_password = PAWL_STR("");
	assert_int_equal(sign_in(f, &new, ann, "c"), PAWL_EDENIED);
	new.password = PAWL_STR("rehashed");
	assert_int_equal(sign_in(f, &new, ann, "d"), PAWL_OK);
	assert_int_equal(sign_in(f, &new, ann + 1, "e"), PAWL_EDENIED);
	assert_int_equal(n_sessions(f, ann, NULL), 2);
}

static void
test_codes_are_good_once(void **state)
{
	static const unsigned char codes[2][PAWL_RECOVERY_HASH_BYTES] = {{1}, {2}};
	struct fixture *f = *state;
	uint64_t ann = owner(f);
	struct pawl_store_user_change totp = {.id = ann,
					      .has_totp = true,
					      .totp = PAWL_STR("sealed"),
					      .totp_step = 50,
					      .recovery = codes,
					      .n_recovery = 2};
	struct pawl_store_sign_in none = {0}, by_step = {.totp_step = 50},
				  by_code = {.recovery_hash = pawl_str((const char *)codes[1], 32)};

	assert_int_equal(change_user(f, &totp), PAWL_OK);
	assert_int_equal(totp.user.n_recovery, 2);
	assert_int_equal(sign_in(f, &none, ann, "a"), PAWL_EDENIED);
	assert_int_equal(sign_in(f, &by_step, ann, "b"), PAWL_EDENIED);
	by_step.totp_step = 51;
	assert_int_equal(sign_in(f, &by_step, ann, "c"), PAWL_OK);
	assert_int_equal(sign_in(f, &by_step, ann, "d"), PAWL_EDENIED);
	assert_int_equal(sign_in(f, &by_code, ann, "e"), PAWL_OK);
	assert_int_equal(sign_in(f, &by_code, ann, "f"), PAWL_EDENIED);
	totp = (struct pawl_store_user_change){.id = ann, .has_totp = true, .totp_step = 51};
	assert_int_equal(change_user(f, &totp), PAWL_ECONFLICT);
	totp.totp_step = 52;
	assert_int_equal(change_user(f, &totp), PAWL_OK);
	assert_int_equal(totp.user.n_recovery, 0);
	assert_int_equal(sign_in(f, &none, ann, "g"), PAWL_OK);
}

static void
test_failures_are_counted_until_a_sign_in(void **state)
{
	struct fixture *f = *state;
	uint64_t ann = owner(f);
	struct pawl_store_seen failed = {.id = ann, .at_us = 9};
	struct pawl_store_sign_in op = {0};
	struct pawl_store_get get;

	for (unsigned i = 0; i < 2; i++) {
		pawl_store_op_init(&failed.op, PAWL_STORE_USER_FAILED, NULL);
		assert_int_equal(pawl_store_wait(f->store, &failed.op), PAWL_OK);
		pawl_store_op_fini(&failed.op);
	}
	assert_int_equal(sign_in(f, &op, ann, "a"), PAWL_OK);
	assert_int_equal(op.user.failures, 2);
	assert_int_equal(op.user.failed_at_us, 9);
	assert_int_equal(get_row(f, &get, PAWL_STORE_USER, ann), PAWL_OK);
	assert_int_equal(get.user->failures, 0);
	assert_int_equal(get.user->signed_in_at_us, 7);
	pawl_store_op_fini(&get.op);
}

static void
test_sessions_end_one_by_one_or_all_but_one(void **state)
{
	struct fixture *f = *state;
	uint64_t ann = owner(f), a = begin(f, ann, "a"), b = begin(f, ann, "b"), newest;
	struct pawl_store_session_end end = {.id = a};
	struct pawl_store_user_change out = {
		.id = ann, .password = PAWL_STR("new"), .ends_sessions = true, .but_session = b};

	begin(f, ann, "c");
	pawl_store_op_init(&end.op, PAWL_STORE_SESSION_END, NULL);
	assert_int_equal(pawl_store_wait(f->store, &end.op), PAWL_OK);
	assert_int_equal(pawl_store_wait(f->store, &end.op), PAWL_ENOTFOUND);
	pawl_store_op_fini(&end.op);
	assert_int_equal(n_sessions(f, ann, NULL), 2);
	assert_int_equal(change_user(f, &out), PAWL_OK);
	assert_int_equal(n_sessions(f, 0, &newest), 1);
	assert_int_equal(newest, b);
}

static void
test_sign_in_ends_what_it_replaces_and_the_oldest(void **state)
{
	struct fixture *f = *state;
	uint64_t ann = owner(f), first = begin(f, ann, "a"), newest;
	struct pawl_store_sign_in replacing = {.replaces = first}, op = {.max = 1};

	assert_int_equal(sign_in(f, &replacing, ann, "b"), PAWL_OK);
	assert_int_equal(replacing.n_ended, 1);
	assert_int_equal(n_sessions(f, ann, &newest), 1);
	assert_int_equal(newest, replacing.session.id);
	begin(f, ann, "c");
	assert_int_equal(sign_in(f, &op, ann, "d"), PAWL_OK);
	assert_int_equal(op.n_ended, 2);
	assert_int_equal(n_sessions(f, ann, &newest), 1);
	assert_int_equal(newest, op.session.id);
}

const struct CMUnitTest conform_user_tests[] = {
	CONFORM_TEST(test_first_user_is_an_owner_and_made_once),
	CONFORM_TEST(test_users_survive_a_reopen_by_name),
	CONFORM_TEST(test_last_owner_stays),
	CONFORM_TEST(test_sign_in_is_of_the_password_that_was_checked),
	CONFORM_TEST(test_codes_are_good_once),
	CONFORM_TEST(test_failures_are_counted_until_a_sign_in),
	CONFORM_TEST(test_sessions_end_one_by_one_or_all_but_one),
	CONFORM_TEST(test_sign_in_ends_what_it_replaces_and_the_oldest),
};
const size_t conform_n_user_tests = sizeof(conform_user_tests) / sizeof(conform_user_tests[0]);
