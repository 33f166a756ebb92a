#include "cli/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define CHUNK_BYTES ((size_t)64 * 1024)

static enum pawl_err
read_stream(FILE *file, struct pawl_buf *buf)
{
	char *room;
	size_t got;

	while ((room = pawl_buf_reserve(buf, CHUNK_BYTES)) != NULL) {
		got = fread(room, 1, CHUNK_BYTES, file);
		buf->len += got;
		if (got < CHUNK_BYTES)
			return ferror(file) ? PAWL_EIO : PAWL_OK;
	}
	return PAWL_ETOOBIG;
}

enum pawl_err
pawl_file_read(struct pawl_arena *arena, const char *path, size_t max_bytes, struct pawl_str *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	struct pawl_buf buf;
	enum pawl_err err;
	int saved;

	if (!file)
		return errno == ENOENT ? PAWL_ENOTFOUND : PAWL_EIO;
	pawl_buf_init(&buf, max_bytes + CHUNK_BYTES);
	err = read_stream(file, &buf);
	saved = errno;
	if (err == PAWL_OK && buf.len > max_bytes)
		err = PAWL_ETOOBIG;
	if (err == PAWL_OK)
		*out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	if (!is_stdin)
		fclose(file);
	errno = saved;
	return err;
}

bool
pawl_file_load(struct pawl_arena *arena, const char *path, size_t max_bytes, struct pawl_str *out)
{
	enum pawl_err err = pawl_file_read(arena, path, max_bytes, out);

	if (err == PAWL_OK)
		return true;
	if (err == PAWL_ETOOBIG)
		fprintf(stderr, "pawl: %s: larger than %zu bytes\n", path, max_bytes);
	else
		fprintf(stderr, "pawl: %s: %s\n", path, strerror(errno));
	return false;
}

bool
pawl_file_load_json(struct pawl_arena *arena, const char *path, size_t max_bytes,
		    struct pawl_json *out)
{
	struct pawl_json_error error;
	struct pawl_str text;

	if (!pawl_file_load(arena, path, max_bytes, &text))
		return false;
	if (pawl_json_parse(arena, text, out, &error) == PAWL_OK)
		return true;
	fprintf(stderr, "pawl: %s:%zu:%zu: %s\n", strcmp(path, "-") == 0 ? "standard input" : path,
		error.line, error.column, error.message);
	return false;
}

bool
pawl_file_load_operand(struct pawl_arena *arena, const char *text, size_t max_bytes,
		       struct pawl_str *out)
{
	if (text[0] == '@')
		return pawl_file_load(arena, text + 1, max_bytes, out);
	*out = pawl_str_c(text);
	return true;
}

const char *
pawl_file_path(struct pawl_arena *arena, struct pawl_str dir, struct pawl_str name)
{
	return pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%.*s/%.*s", PAWL_STR_ARG(dir),
							 PAWL_STR_ARG(name)));
}
