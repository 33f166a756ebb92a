/* Whole files into an arena; "-" is standard input. Main thread only. */
#ifndef PAWL_CLI_FILES_H
#define PAWL_CLI_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"

/* On failure errno says why; PAWL_ETOOBIG past max_bytes. */
PAWL_MUST_USE enum pawl_err pawl_file_read(struct pawl_arena *arena, const char *path,
					   size_t max_bytes, struct pawl_str *out);
/* The same, and prints `pawl: PATH: reason`. */
bool pawl_file_load(struct pawl_arena *arena, const char *path, size_t max_bytes,
		    struct pawl_str *out);
/* A JSON text; prints the place and the reason when it is none. */
bool pawl_file_load_json(struct pawl_arena *arena, const char *path, size_t max_bytes,
			 struct pawl_json *out);
/* `text` itself, or the content of FILE for "@FILE" ("@-": standard input). */
bool pawl_file_load_operand(struct pawl_arena *arena, const char *text, size_t max_bytes,
			    struct pawl_str *out);

/* DIR/NAME, NUL-terminated. */
const char *pawl_file_path(struct pawl_arena *arena, struct pawl_str dir, struct pawl_str name);

#endif
