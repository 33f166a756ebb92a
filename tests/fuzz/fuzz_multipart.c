/* "content type\nbody": parts lie within the body in their order, and names are safe to show. */
#include "fuzz.h"

#include "data/multipart.h"

static void
check_part(const struct pawl_multipart_part *part, struct pawl_str body)
{
	require(pawl_str_is_utf8(part->name));
	require(part->name.len <= PAWL_MULTIPART_NAME_MAX);
	require(pawl_str_is_utf8(part->filename));
	require(part->filename.len <= PAWL_MULTIPART_FILENAME_MAX);
	require(part->is_file || part->filename.len == 0);
	for (size_t i = 0; i < part->filename.len; i++)
		require((unsigned char)part->filename.ptr[i] >= 0x20 &&
			!strchr("/\\\"\x7f", part->filename.ptr[i]));
	require(part->content.len == 0 ||
		(part->content.ptr > body.ptr &&
		 part->content.ptr + part->content.len < body.ptr + body.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str body = {(const char *)data, size}, type;
	struct pawl_multipart_part *parts = NULL;
	struct pawl_multipart_error error = {0};
	struct pawl_arena arena;
	enum pawl_err err;
	size_t n = 0;

	if (!pawl_str_split(&body, '\n', &type) || !body.ptr)
		return 0;
	pawl_arena_init(&arena, 0);
	err = pawl_multipart_parse(&arena, type, body, &parts, &n, &error);
	require(err == pawl_multipart_parse(&arena, type, body, NULL, NULL, &error));
	if (err)
		require(error.message != NULL && n == 0);
	require(n <= PAWL_MULTIPART_PARTS_MAX);
	for (size_t i = 0; i < n; i++) {
		check_part(&parts[i], body);
		require(i == 0 || parts[i].content.len == 0 || parts[i - 1].content.len == 0 ||
			parts[i].content.ptr > parts[i - 1].content.ptr + parts[i - 1].content.len);
	}
	pawl_arena_fini(&arena);
	return 0;
}
