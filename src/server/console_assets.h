/* The console's built files, compiled in: compressed, never uncompressed. The table is written by
 * console/scripts/embed.mjs; without a console it is empty (console_none.c). Static, any thread. */
#ifndef PAWL_SERVER_CONSOLE_ASSETS_H
#define PAWL_SERVER_CONSOLE_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct pawl_console_blob {
	const char *ptr;
	size_t len;
};

struct pawl_console_asset {
	const char *path; /* below /console/ */
	const char *content_type;
	const char *hash; /* of the content */
	bool immutable;   /* its name holds its hash: it never changes */
	size_t len;       /* uncompressed */
	struct pawl_console_blob br, gzip;
};

extern const struct pawl_console_asset pawl_console_assets[];
extern const size_t pawl_console_n_assets;

#endif
