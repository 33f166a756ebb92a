/* A directory with files, and the arguments of a command. */
#ifndef PAWL_TESTS_CLI_TESTING_H
#define PAWL_TESTS_CLI_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

struct place {
	char dir[64];
	struct pawl_arena arena;
	const char *paths[8]; /* of the files that were made */
	size_t n_paths;
};

static inline int
place_setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->dir, sizeof(place->dir), "/tmp/pawl-cli-XXXXXX");
	pawl_arena_init(&place->arena, 0);
	*state = place;
	return mkdtemp(place->dir) ? 0 : -1;
}

static inline int
place_teardown(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < place->n_paths; i++)
		unlink(place->paths[i]);
	rmdir(place->dir);
	pawl_arena_fini(&place->arena);
	free(place);
	return 0;
}

/* The path of a new file with that text. */
static inline const char *
place_file(struct place *place, const char *name, const char *text)
{
	const char *path = pawl_arena_dup_c(
		&place->arena, pawl_arena_printf(&place->arena, "%s/%s", place->dir, name));
	FILE *file = fopen(path, "w");

	place->paths[place->n_paths++] = path;
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

#define PLACE_TEST(fn) cmocka_unit_test_setup_teardown(fn, place_setup, place_teardown)

#endif
