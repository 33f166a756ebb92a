/* The operator's presets: files beside those that are compiled in. */
#include "trigger_testing.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trigger/auth/presets.h"

#define PARTS                                                                                      \
	"\"label\": \"Acme\", \"description\": \"d\", \"source\": \"https://acme.example\", "      \
	"\"algorithm\": \"hmac-sha256\", \"header\": \"X-Acme-Signature\", \"encoding\": "         \
	"\"hex\", \"signed\": \"{body}\", \"secret\": {\"decoding\": \"utf8\"}"
#define VECTOR(secret)                                                                             \
	"\"vectors\": [{\"source\": \"RFC 4231\", \"secret\": \"" secret "\", \"headers\": "       \
	"{\"X-Acme-Signature\": "                                                                  \
	"\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\"}, "                  \
	"\"body\": \"what do ya want for nothing?\"}]"
#define PRESET(name) "{\"name\": \"" name "\", " PARTS ", " VECTOR("Jefe") "}"

struct fixture {
	char dir[64];
	struct pawl_problems problems;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/pawl-presets-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = {"acme.json",   "github.json", "Bad Name.json",
					    "broken.json", "other.json",  "note.txt"};
	struct fixture *f = *state;
	char path[128];

	for (size_t i = 0; i < LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
		unlink(path);
	}
	rmdir(f->dir);
	pawl_problems_fini(&f->problems);
	pawl_schemes_fini();
	free(f);
	return 0;
}

static void
put_file(struct fixture *f, const char *file, const char *text, mode_t mode)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", f->dir, file);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
load(struct fixture *f)
{
	pawl_problems_fini(&f->problems);
	f->problems = (struct pawl_problems){0};
	pawl_presets_load(f->dir, &f->problems);
}

static void
assert_problem(struct fixture *f, const char *file, const char *part)
{
	char where[128];

	snprintf(where, sizeof(where), "%s/%s", f->dir, file);
	assert_true(has_problem(&f->problems, where, part));
}

static size_t
count_names(void)
{
	const char *const *names = pawl_scheme_preset_names();
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static void
test_file_becomes_a_preset(void **state)
{
	struct fixture *f = *state;
	struct pawl_preset_info info;
	size_t before = count_names();

	put_file(f, "acme.json", PRESET("acme"), 0644);
	put_file(f, "note.txt", "no preset", 0644);
	load(f);
	assert_int_equal(f->problems.len, 0);
	assert_non_null(pawl_scheme_preset(PAWL_STR("acme")));
	assert_int_equal(count_names(), before + 1);
	assert_true(pawl_preset_find(PAWL_STR("acme"), &info));
	assert_false(info.is_builtin);
	assert_null(pawl_json_get_c(info.document, "vectors"));
	assert_true(pawl_preset_find(PAWL_STR("github"), &info));
	assert_true(info.is_builtin);
	assert_false(pawl_preset_find(PAWL_STR("nobody"), &info));
}

static void
test_directory_may_be_absent(void **state)
{
	struct fixture *f = *state;

	pawl_presets_load("/tmp/there-is-no-such-directory", &f->problems);
	assert_int_equal(f->problems.len, 0);
	assert_non_null(pawl_scheme_preset(PAWL_STR("github")));
}

static void
test_problems_are_told_with_their_place(void **state)
{
	struct fixture *f = *state;

	put_file(f, "Bad Name.json", PRESET("acme"), 0644);
	put_file(f, "broken.json", "{\"name\": ", 0644);
	put_file(f, "acme.json", "{\"name\": \"acme\", " PARTS ", " VECTOR("wrong") "}", 0644);
	put_file(f, "github.json", PRESET("github"), 0644);
	put_file(f, "other.json", "{\"name\": \"acme\", \"shape\": 1, " PARTS "}", 0644);
	load(f);
	assert_problem(f, "Bad Name.json", "has to be called NAME.json");
	assert_problem(f, "broken.json", "line 1");
	assert_problem(f, "acme.json#/vectors/0", "does not fit");
	assert_problem(f, "github.json#/name", "built-in");
	assert_problem(f, "other.json", "shape");
	assert_null(pawl_scheme_preset(PAWL_STR("acme")));
	put_file(f, "other.json", "{\"name\": \"acme\", " PARTS "}", 0644);
	put_file(f, "acme.json", PRESET("acme"), 0666);
	load(f);
	assert_problem(f, "other.json#/name", "\"other\"");
	assert_problem(f, "other.json#/vectors", "has to hold a delivery");
	assert_problem(f, "acme.json", "chmod o-w");
}

static void
test_override_takes_a_builtin_name(void **state)
{
	struct fixture *f = *state;
	const struct pawl_scheme *builtin = pawl_scheme_preset(PAWL_STR("github"));
	struct pawl_preset_info info;

	put_file(f, "github.json",
		 "{\"name\": \"github\", \"override\": true, " PARTS ", " VECTOR("Jefe") "}", 0644);
	load(f);
	assert_int_equal(f->problems.len, 0);
	assert_true(pawl_preset_find(PAWL_STR("github"), &info) && !info.is_builtin);
	assert_ptr_not_equal(pawl_scheme_preset(PAWL_STR("github")), builtin);
	assert_string_equal(pawl_scheme_name(builtin), "github"); /* still there */
}

static void
test_bad_file_keeps_what_was_there(void **state)
{
	struct fixture *f = *state;
	const struct pawl_scheme *first;
	char path[128];

	put_file(f, "acme.json", PRESET("acme"), 0644);
	load(f);
	first = pawl_scheme_preset(PAWL_STR("acme"));
	put_file(f, "acme.json", "{", 0644);
	load(f);
	assert_int_equal(f->problems.len, 1);
	assert_ptr_equal(pawl_scheme_preset(PAWL_STR("acme")), first);
	put_file(f, "acme.json", PRESET("acme"), 0644);
	load(f);
	assert_int_equal(f->problems.len, 0);
	assert_ptr_not_equal(pawl_scheme_preset(PAWL_STR("acme")), first);
	snprintf(path, sizeof(path), "%s/acme.json", f->dir);
	assert_int_equal(unlink(path), 0);
	load(f);
	assert_null(pawl_scheme_preset(PAWL_STR("acme")));
}

static void
test_documents_may_name_it(void **state)
{
	static const char config[] = "{\"preset\": \"acme\", \"auth\": [{\"type\": \"signature\", "
				     "\"scheme\": \"acme\", \"secret\": \"s3cret\"}]}";
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	doc = parse_json(&arena, config);
	pawl_fields_check(pawl_trigger_webhook.fields, &doc, "", &problems);
	assert_true(has_problem(&problems, "/preset", "must be one of"));
	pawl_problems_fini(&problems);
	put_file(f, "acme.json", PRESET("acme"), 0644);
	load(f);
	problems = (struct pawl_problems){0};
	pawl_fields_check(pawl_trigger_webhook.fields, &doc, "", &problems);
	assert_int_equal(problems.len, 0);
	pawl_arena_fini(&arena);
}

/* What is compiled in passes the same check. */
static void
test_builtin_vectors(void **state)
{
	struct pawl_problems problems = {0};
	struct pawl_arena arena;

	(void)state;
	pawl_arena_init(&arena, 0);
	for (size_t i = 0; pawl_preset_names[i]; i++) {
		const struct pawl_scheme *scheme =
			pawl_scheme_preset(pawl_str_c(pawl_preset_names[i]));
		struct pawl_json vectors = parse_json(&arena, pawl_preset_vectors[i]);

		assert_true(pawl_preset_check_vectors(scheme, &vectors, &problems) > 0);
		if (problems.len > 0)
			fail_msg("%s%s: %s", pawl_preset_names[i], problems.items[0].where,
				 problems.items[0].message);
	}
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file_becomes_a_preset, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_directory_may_be_absent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_problems_are_told_with_their_place, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_override_takes_a_builtin_name, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_bad_file_keeps_what_was_there, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_documents_may_name_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_builtin_vectors, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
