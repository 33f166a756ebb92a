/* What keeps a session from being used by other sites; how often passwords may be guessed. */
#include "server_testing.h"

#include "server/access.h"
#include "server/api.h"
#include "server/sign_in_limits.h"

static struct pawl_server server = {.public_url = (char[]){"http://pawl.example:8080"}};

static struct pawl_http_request
request(struct pawl_http_header *headers, size_t n)
{
	return (struct pawl_http_request){
		.method = PAWL_HTTP_POST, .headers = headers, .n_headers = n};
}

/* A sign-in: anybody may, but not from elsewhere. */
static int
status_of(const char *host, const char *origin, const char *site)
{
	static const struct pawl_api_route route = {.method = PAWL_HTTP_POST,
						    .access = PAWL_ACCESS_ANYBODY};
	struct pawl_http_header headers[3] = {{PAWL_STR("Host"), pawl_str_c(host)}};
	struct pawl_access_refusal refusal;
	struct pawl_http_request req;
	struct pawl_principal who;
	size_t n = 1;

	if (origin)
		headers[n++] = (struct pawl_http_header){PAWL_STR("Origin"), pawl_str_c(origin)};
	if (site)
		headers[n++] =
			(struct pawl_http_header){PAWL_STR("Sec-Fetch-Site"), pawl_str_c(site)};
	req = request(headers, n);
	pawl_access_check(&server, &req, &route, &who, &refusal);
	return refusal.status;
}

static void
test_only_pages_of_this_origin_sign_in(void **state)
{
	const char *host = "127.0.0.1:8080";

	assert_int_equal(status_of(host, NULL, NULL), 0);
	assert_int_equal(status_of(host, "http://127.0.0.1:8080", "same-origin"), 0);
	assert_int_equal(status_of(host, "https://127.0.0.1:8080", NULL), 0); /* behind a proxy */
	assert_int_equal(status_of(host, "http://pawl.example:8080", NULL), 0);
	assert_int_equal(status_of(host, NULL, "none"), 0);
	assert_int_equal(status_of(host, "http://127.0.0.1:8081", NULL), 403);
	assert_int_equal(status_of(host, "http://127.0.0.1", NULL), 403);
	assert_int_equal(status_of(host, "http://evil.example", NULL), 403);
	assert_int_equal(status_of(host, "http://pawl.example:8080.evil.example", NULL), 403);
	assert_int_equal(status_of(host, "null", NULL), 403);
	assert_int_equal(status_of(host, "", NULL), 403);
	assert_int_equal(status_of(host, NULL, "cross-site"), 403);
	assert_int_equal(status_of(host, NULL, "same-site"), 403);
	assert_int_equal(status_of("", "http://", NULL), 403);
}

static void
test_https_is_not_reached_from_a_page_without_it(void **state)
{
	struct pawl_server secure = {.public_url = (char[]){"https://pawl.example"}};

	assert_int_equal(status_of("pawl.example:8080", "http://pawl.example:8080", NULL), 0);
	server = secure;
	assert_int_equal(status_of("pawl.example", "https://pawl.example", NULL), 0);
	assert_int_equal(status_of("pawl.example", "http://pawl.example", NULL), 403);
	server = (struct pawl_server){.public_url = (char[]){"http://pawl.example:8080"}};
}

static void
test_cookies_are_found_by_their_whole_name(void **state)
{
	struct pawl_http_header header = {
		PAWL_STR("cookie"),
		PAWL_STR("a=1; xpawl_session=2;pawl_session_=3; pawl_session=4; b=5")};
	struct pawl_http_request req = request(&header, 1);

	assert_true(pawl_str_eq_c(pawl_access_cookie(&req, false, PAWL_SESSION_COOKIE), "4"));
	assert_null(pawl_access_cookie(&req, true, PAWL_SESSION_COOKIE).ptr);
	header.value = PAWL_STR("pawl_session=x; __Host-pawl_session=y");
	assert_true(pawl_str_eq_c(pawl_access_cookie(&req, true, PAWL_SESSION_COOKIE), "y"));
}

static void
test_a_device_is_one_users(void **state)
{
	char device[PAWL_DEVICE_CHARS + 1];

	pawl_access_device_make(&server, 7, device);
	assert_int_equal(strlen(device), PAWL_DEVICE_CHARS);
	assert_true(pawl_access_device_is_of(&server, pawl_str_c(device), 7));
	assert_false(pawl_access_device_is_of(&server, pawl_str_c(device), 8));
	device[5] = device[5] == 'A' ? 'B' : 'A';
	assert_false(pawl_access_device_is_of(&server, pawl_str_c(device), 7));
	assert_false(pawl_access_device_is_of(&server, PAWL_STR(""), 7));
}

/* ---- limits ------------------------------------------------------------------------------ */

static unsigned
tries_until_refused(struct pawl_sign_ins *limits, const struct pawl_sign_in_try *try)
{
	unsigned n = 0;

	while (n < 1000 && pawl_sign_ins_take(limits, try) == 0)
		n++;
	return n;
}

static void
test_a_guesser_does_not_keep_the_user_out(void **state)
{
	struct pawl_sign_ins *limits = pawl_sign_ins_new();
	struct pawl_ip here = {.family = 4, .bytes = {10, 0, 0, 1}},
		       there = {.family = 4, .bytes = {10, 0, 0, 2}};
	struct pawl_sign_in_try try = {.ip = &there, .account = PAWL_STR("ann")};
	struct pawl_sign_in_try own = {.ip = &here, .account = PAWL_STR("Ann")};
	struct pawl_sign_in_try known = own;

	assert_in_range(tries_until_refused(limits, &try), 10, 11);
	assert_int_equal(pawl_sign_ins_take(limits, &own), 0);
	/* Many addresses reach the limit of the account, but not that of her own browser. */
	for (there.bytes[3] = 3; there.bytes[3] < 9; there.bytes[3]++)
		(void)tries_until_refused(limits, &try);
	assert_true(pawl_sign_ins_take(limits, &own) > 0);
	known.device = PAWL_STR("known");
	assert_int_equal(pawl_sign_ins_take(limits, &known), 0);
	assert_in_range(tries_until_refused(limits, &known), 9, 10);
	pawl_sign_ins_free(limits);
}

static void
test_what_goes_well_does_not_count(void **state)
{
	struct pawl_sign_ins *limits = pawl_sign_ins_new();
	struct pawl_ip ip = {.family = 4, .bytes = {10, 0, 0, 1}};
	struct pawl_sign_in_try try = {.ip = &ip, .account = PAWL_STR("ann")};

	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(pawl_sign_ins_take(limits, &try), 0);
		pawl_sign_ins_give_back(limits, &try);
		assert_int_equal(pawl_sign_ins_take_code(limits, 7), 0);
		pawl_sign_ins_give_back_code(limits, 7);
	}
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(pawl_sign_ins_take_code(limits, 7), 0);
	assert_true(pawl_sign_ins_take_code(limits, 7) > 0);
	assert_int_equal(pawl_sign_ins_take_code(limits, 8), 0);
	pawl_sign_ins_free(limits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_pages_of_this_origin_sign_in),
		cmocka_unit_test(test_https_is_not_reached_from_a_page_without_it),
		cmocka_unit_test(test_cookies_are_found_by_their_whole_name),
		cmocka_unit_test(test_a_device_is_one_users),
		cmocka_unit_test(test_a_guesser_does_not_keep_the_user_out),
		cmocka_unit_test(test_what_goes_well_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
