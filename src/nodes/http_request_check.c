/* What the fields cannot say about a config, at document time. */
#include "data/template.h"
#include "flow/pointer.h"

#include "nodes/http_request.h"

struct check {
	const struct pawl_json *config;
	struct pawl_pointer at;
	struct pawl_problems *problems;
};

static bool
is_open(const struct pawl_json *v)
{
	return pawl_json_is(v, PAWL_JSON_STRING) && pawl_template_has_expression(pawl_json_str(v));
}

static void
say(struct check *c, const char *member, const char *message)
{
	size_t mark = pawl_pointer_push_c(&c->at, member);

	pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "%s", message);
	pawl_pointer_pop(&c->at, mark);
}

static void
check_redirects(struct check *c)
{
	const struct pawl_json *v = pawl_json_get_c(c->config, "follow_redirects");
	int64_t n;

	if (v && v->type != PAWL_JSON_BOOL &&
	    !(v->type == PAWL_JSON_NUMBER && pawl_json_to_i64(v, &n) && n >= 0 && n <= 20))
		say(c, "follow_redirects", "must be true, false or a number from 0 to 20");
}

static void
check_success(struct check *c)
{
	const struct pawl_json *response = pawl_json_get_c(c->config, "response");
	const struct pawl_json *list = pawl_json_get_c(response, "success");
	size_t mark = pawl_pointer_push_c(&c->at, "response");
	int64_t from, to;

	pawl_pointer_push_c(&c->at, "success");
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		size_t inner = pawl_pointer_push_index(&c->at, i);

		if (!is_open(&list->items[i]) &&
		    !pawl_http_status_range(&list->items[i], &from, &to))
			pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
					  "must be a status code such as 404, or a range such as "
					  "\"200-299\"");
		pawl_pointer_pop(&c->at, inner);
	}
	pawl_pointer_pop(&c->at, mark);
}

/* The header that `auth` sets, or the empty string. */
static struct pawl_str
auth_header(const struct pawl_json *auth)
{
	struct pawl_str type = pawl_json_get_str(auth, "type", PAWL_STR(""));

	if (pawl_str_eq_c(type, "basic") || pawl_str_eq_c(type, "bearer"))
		return PAWL_STR("Authorization");
	return pawl_str_eq_c(type, "header") ? pawl_json_get_str(auth, "name", PAWL_STR(""))
					     : PAWL_STR("");
}

static void
check_headers(struct check *c)
{
	const struct pawl_json *headers = pawl_json_get_c(c->config, "headers");
	struct pawl_str set_by_auth = auth_header(pawl_json_get_c(c->config, "auth"));
	size_t mark = pawl_pointer_push_c(&c->at, "headers");

	for (uint32_t i = 0; pawl_json_is(headers, PAWL_JSON_OBJECT) && i < headers->len; i++) {
		const struct pawl_json_member *m = &headers->members[i];
		struct pawl_str value =
			is_open(&m->value) ? PAWL_STR("") : pawl_json_str(&m->value);
		const char *wrong = pawl_http_request_header_problem(m->key, value);
		size_t inner = pawl_pointer_push(&c->at, m->key);

		if (set_by_auth.len && pawl_str_eq_nocase(m->key, set_by_auth))
			wrong = "is set by \"auth\" too; remove one of them";
		if (wrong)
			pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "%s", wrong);
		pawl_pointer_pop(&c->at, inner);
	}
	pawl_pointer_pop(&c->at, mark);
}

static void
check_auth(struct check *c)
{
	const struct pawl_json *auth = pawl_json_get_c(c->config, "auth");
	const struct pawl_json *name = pawl_json_get_c(auth, "name");
	const char *wrong = NULL;
	size_t mark = pawl_pointer_push_c(&c->at, "auth");

	if (pawl_json_is(name, PAWL_JSON_STRING) && !is_open(name))
		wrong = pawl_http_request_header_problem(pawl_json_str(name), PAWL_STR(""));
	if (wrong)
		say(c, "name", wrong);
	pawl_pointer_pop(&c->at, mark);
}

static void
check_body(struct check *c)
{
	const struct pawl_json *body = pawl_json_get_c(c->config, "body");
	struct pawl_str type = pawl_json_get_str(c->config, "body_type", PAWL_STR("json"));

	if (!body)
		return;
	if (pawl_str_eq_c(pawl_json_get_str(c->config, "method", PAWL_STR("GET")), "HEAD"))
		say(c, "body", "a HEAD request has no body; remove it");
	if (pawl_str_eq_c(type, "form") && body->type != PAWL_JSON_OBJECT &&
	    body->type != PAWL_JSON_STRING)
		say(c, "body", "must be an object or text to be sent as a form");
	if (pawl_str_eq_c(type, "multipart") && body->type != PAWL_JSON_OBJECT && !is_open(body))
		say(c, "body", "must be an object to be sent as a multipart form");
	if (pawl_str_eq_c(type, "file") && body->type != PAWL_JSON_OBJECT && !is_open(body))
		say(c, "body", "must be an entry of workflow.input.files to be sent as a file");
}

void
pawl_http_request_check(const struct pawl_json *config, const char *pointer,
			struct pawl_problems *problems)
{
	struct check c = {.config = config, .problems = problems};

	pawl_pointer_init(&c.at, pointer);
	check_redirects(&c);
	if (pawl_http_request_has_credentials(pawl_json_get_str(config, "url", PAWL_STR(""))))
		say(&c, "url", "holds credentials; move them to \"auth\"");
	check_headers(&c);
	check_auth(&c);
	check_body(&c);
	check_success(&c);
	pawl_pointer_fini(&c.at);
}
