/* The router's pure parts: patterns of paths, parameters, preconditions. */
#include <stdio.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/parse.h"
#include "server/api.h"

bool
pawl_api_match(const char *pattern, struct pawl_str path,
	       struct pawl_str params[PAWL_API_PARAMS_MAX])
{
	struct pawl_str want = pawl_str_c(pattern), have = path, want_part, have_part;
	size_t n = 0;

	memset(params, 0, PAWL_API_PARAMS_MAX * sizeof *params);
	for (;;) {
		bool more_want = pawl_str_split(&want, '/', &want_part);
		bool more_have = pawl_str_split(&have, '/', &have_part);

		if (more_want != more_have)
			return false;
		if (!more_want)
			return true;
		if (want_part.len && want_part.ptr[0] == '{') {
			if (!have_part.len || n == PAWL_API_PARAMS_MAX)
				return false;
			params[n++] = have_part;
		} else if (!pawl_str_eq(want_part, have_part)) {
			return false;
		}
	}
}

static bool
takes(const struct pawl_api_route *route, enum pawl_http_method method)
{
	return route->method == method ||
	       (method == PAWL_HTTP_HEAD && route->method == PAWL_HTTP_GET && !route->is_stream);
}

const struct pawl_api_route *
pawl_api_route_find(enum pawl_http_method method, struct pawl_str path,
		    struct pawl_str params[PAWL_API_PARAMS_MAX], char *allow, size_t size)
{
	struct pawl_buf methods;

	allow[0] = '\0';
	pawl_buf_init(&methods, size - 1);
	for (size_t i = 0; i < pawl_api_n_routes; i++) {
		const struct pawl_api_route *route = &pawl_api_routes[i];

		if (!pawl_api_match(route->path, path, params))
			continue;
		if (takes(route, method)) {
			pawl_buf_fini(&methods);
			return route;
		}
		pawl_buf_printf(&methods, "%s, ", pawl_http_method_name(route->method));
		if (takes(route, PAWL_HTTP_HEAD))
			pawl_buf_append_c(&methods, "HEAD, ");
	}
	if (methods.len)
		snprintf(allow, size, "%.*sOPTIONS", (int)methods.len, methods.data);
	pawl_buf_fini(&methods);
	return NULL;
}

enum pawl_role
pawl_api_route_role(const struct pawl_api_route *route)
{
	switch (route->access) {
	case PAWL_ACCESS_USUAL:
		return route->method == PAWL_HTTP_GET ? PAWL_ROLE_VIEWER : PAWL_ROLE_EDITOR;
	case PAWL_ACCESS_ANYBODY:
		return PAWL_ROLE_NONE;
	case PAWL_ACCESS_VIEWER:
		return PAWL_ROLE_VIEWER;
	case PAWL_ACCESS_OWNER:
		return PAWL_ROLE_OWNER;
	}
	return PAWL_ROLE_OWNER;
}

/* "has to be a, b or c" */
static const char *
choice_problem(struct pawl_arena *arena, const char *const *choices)
{
	struct pawl_buf text;
	const char *problem;

	pawl_buf_init(&text, 400);
	pawl_buf_printf(&text, "has to be %s", choices[0]);
	for (size_t i = 1; choices[i]; i++)
		pawl_buf_printf(&text, "%s%s", choices[i + 1] ? ", " : " or ", choices[i]);
	problem = pawl_arena_dup_c(arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	return problem;
}

static bool
is_choice(const char *const *choices, struct pawl_str value)
{
	for (; *choices; choices++)
		if (pawl_str_eq_c(value, *choices))
			return true;
	return false;
}

const char *
pawl_api_param_problem(struct pawl_arena *arena, const struct pawl_api_param *param,
		       struct pawl_str value)
{
	struct pawl_str part;
	uint64_t number;
	int64_t at_us;

	if (!value.len)
		return "is empty";
	switch (param->type) {
	case PAWL_PARAM_TEXT:
		return NULL;
	case PAWL_PARAM_LIMIT:
		return pawl_parse_u64_range(value, 1, 1000, &number)
			       ? NULL
			       : "has to be a number from 1 to 1000";
	case PAWL_PARAM_ID:
		return pawl_id_parse(value, &number) ? NULL : "has to be an id";
	case PAWL_PARAM_TIME:
		return pawl_time_parse(value, &at_us) ? NULL : "has to be an RFC 3339 time";
	case PAWL_PARAM_CHOICE:
		return is_choice(param->choices, value) ? NULL
							: choice_problem(arena, param->choices);
	case PAWL_PARAM_CHOICES:
		while (pawl_str_split(&value, ',', &part))
			if (!is_choice(param->choices, part))
				return choice_problem(arena, param->choices);
		return NULL;
	}
	return NULL;
}

uint32_t
pawl_api_choices(struct pawl_str value, const char *const *choices)
{
	struct pawl_str part;
	uint32_t bits = 0;

	while (pawl_str_split(&value, ',', &part))
		for (unsigned i = 0; choices[i]; i++)
			if (pawl_str_eq_c(part, choices[i]))
				bits |= 1u << i;
	return bits;
}

bool
pawl_api_if_match(struct pawl_str header, uint64_t version)
{
	struct pawl_str tag;
	uint64_t number;

	if (!header.len || pawl_str_eq_c(pawl_str_trim(header), "*"))
		return true;
	/* Our tags hold no comma. A weak one never matches: the comparison is the strong one. */
	while (pawl_str_split(&header, ',', &tag)) {
		tag = pawl_str_trim(tag);
		if (tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"' &&
		    pawl_parse_u64(pawl_str_sub(tag, 1, tag.len - 1), &number) && number == version)
			return true;
	}
	return false;
}
