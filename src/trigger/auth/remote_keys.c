#include "trigger/auth/remote_keys.h"

#include <stdint.h>

#include "trigger/auth/scheme.h"

#define HOST_MAX       253 /* RFC 1035 section 2.3.4 */
#define HOST_STEPS_MAX 100000

enum pawl_remote_state
pawl_remote_get(struct pawl_remote *remote, const struct pawl_remote_want *want,
		struct pawl_keyset **out, struct pawl_refusal *refusal)
{
	enum pawl_remote_state state = PAWL_REMOTE_FAILED;

	*out = NULL;
	if (remote)
		state = remote->find(remote->ctx, want, out);
	switch (state) {
	case PAWL_REMOTE_HAVE:
		break;
	case PAWL_REMOTE_PENDING:
		*refusal = (struct pawl_refusal){PAWL_REFUSAL_PENDING,
						 "the key to check it with is being fetched"};
		if (!remote->is_pending)
			remote->wanted = *want;
		remote->is_pending = true;
		break;
	case PAWL_REMOTE_FAILED:
		*refusal = (struct pawl_refusal){
			PAWL_REFUSAL_UNAVAILABLE,
			want->kind == PAWL_REMOTE_VISIT
				? "the sender's confirmation URL did not answer"
				: "the key to check it with could not be fetched"};
		break;
	}
	return state;
}

struct pawl_regexp *
pawl_remote_host_pattern(struct pawl_str pattern)
{
	/* By itself first: "a)|(b" would be well-formed only between our own parentheses. */
	struct pawl_regexp *regexp = pawl_regexp_new(pattern, PAWL_REGEXP_PCRE2);
	struct pawl_arena arena;

	if (!regexp)
		return NULL;
	pawl_regexp_free(regexp);
	pawl_arena_init(&arena, 0);
	regexp = pawl_regexp_new(pawl_arena_printf(&arena, "\\A(?:%.*s)\\z", PAWL_STR_ARG(pattern)),
				 PAWL_REGEXP_PCRE2);
	pawl_arena_fini(&arena);
	return regexp;
}

static bool
is_host(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '.' || c == '-'))
			return false;
	}
	return s.len > 0 && s.len <= HOST_MAX;
}

static bool
is_path(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || (unsigned char)s.ptr[i] >= 0x7f ||
		    s.ptr[i] == '\\' || s.ptr[i] == '#')
			return false;
	}
	return s.len > 0 && s.ptr[0] == '/';
}

static bool
matches(const struct pawl_regexp *pattern, struct pawl_str text)
{
	uint64_t steps = HOST_STEPS_MAX;
	struct pawl_regexp_matcher matcher = {.steps = &steps};
	bool found = false;
	enum pawl_err err = pawl_regexp_search(pattern, &matcher, text, &found);

	pawl_regexp_matcher_fini(&matcher);
	return err == PAWL_OK && found;
}

bool
pawl_remote_url_is_allowed(struct pawl_str url, const struct pawl_regexp *host,
			   struct pawl_str suffix)
{
	static const struct pawl_str scheme = {"https://", 8};
	struct pawl_str authority, path;
	size_t slash, query;

	if (url.len > PAWL_REMOTE_URL_MAX || !pawl_str_starts_with(url, scheme))
		return false;
	url = pawl_str_sub(url, scheme.len, url.len);
	slash = pawl_str_find_char(url, '/');
	if (slash == SIZE_MAX)
		return false;
	authority = pawl_str_sub(url, 0, slash);
	path = pawl_str_sub(url, slash, url.len);
	if (pawl_str_ends_with(authority, PAWL_STR(":443")))
		authority.len -= 4;
	if (!is_host(authority) || !is_path(path) || (host && !matches(host, authority)))
		return false;
	query = pawl_str_find_char(path, '?');
	return pawl_str_ends_with(pawl_str_sub(path, 0, query), suffix);
}

bool
pawl_remote_is_key_url(struct pawl_str text)
{
	static const char *const own[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

	if (pawl_str_starts_with(text, PAWL_STR("https://")))
		return true;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		struct pawl_str start = pawl_str_c(own[i]);

		if (pawl_str_starts_with(text, start) && text.len > start.len &&
		    (text.ptr[start.len] == ':' || text.ptr[start.len] == '/'))
			return true;
	}
	return false;
}
