/* YAML text: what is accepted is a JSON value that can be written and read back. */
#include "fuzz.h"

#include "data/yaml.h"
#include "data/yaml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses its scratch buffer when a long quoted scalar has no end. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfyaml.so\n";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str text = {(const char *)data, size};
	struct pawl_problems problems = {0};
	struct pawl_json v, again;
	struct pawl_arena arena;
	struct pawl_buf buf;

	pawl_arena_init(&arena, 0);
	pawl_buf_init(&buf, 256 << 20);
	if (pawl_yaml_parse(&arena, text, &v, &problems) == PAWL_OK) {
		require(problems.len == 0);
		require(pawl_json_write(&buf, &v) == PAWL_OK);
		require(pawl_json_parse(&arena, pawl_buf_peek(&buf), &again, NULL) == PAWL_OK);
		require(pawl_json_equal(&v, &again));
		pawl_buf_reset(&buf);
		require(pawl_yaml_write(&buf, &v) == PAWL_OK);
		require(pawl_yaml_parse(&arena, pawl_buf_peek(&buf), &again, &problems) == PAWL_OK);
		require(pawl_json_equal(&v, &again));
	} else {
		require(problems.len > 0);
	}
	pawl_buf_fini(&buf);
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return 0;
}
