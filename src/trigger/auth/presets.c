/* The compiled-in presets as schemes: made once, never changed until the end. */
#include "trigger/auth/presets.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "trigger/auth/scheme.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pawl_scheme **schemes; /* in the order of pawl_preset_names */

static size_t
count_presets(void)
{
	size_t n = 0;

	while (pawl_preset_names[n])
		n++;
	return n;
}

static struct pawl_scheme *
make_scheme(const char *text)
{
	struct pawl_scheme *scheme;
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	PAWL_ASSERT(pawl_json_parse(&arena, pawl_str_c(text), &doc, NULL) == PAWL_OK);
	scheme = pawl_scheme_new(&doc, NULL);
	PAWL_ASSERT(scheme);
	pawl_arena_fini(&arena);
	return scheme;
}

void
pawl_schemes_init(void)
{
	size_t n = count_presets();

	pthread_mutex_lock(&lock);
	if (!schemes) {
		schemes = pawl_calloc(n, sizeof(struct pawl_scheme *));
		for (size_t i = 0; i < n; i++)
			schemes[i] = make_scheme(pawl_preset_texts[i]);
	}
	pthread_mutex_unlock(&lock);
}

void
pawl_schemes_fini(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; schemes && pawl_preset_names[i]; i++)
		pawl_scheme_free(schemes[i]);
	free(schemes);
	schemes = NULL;
	pthread_mutex_unlock(&lock);
}

const struct pawl_scheme *
pawl_scheme_preset(struct pawl_str name)
{
	pawl_schemes_init(); /* for those that only check a document */
	for (size_t i = 0; pawl_preset_names[i]; i++) {
		if (pawl_str_eq_c(name, pawl_preset_names[i]))
			return schemes[i];
	}
	return NULL;
}

const char *const *
pawl_scheme_preset_names(void)
{
	return pawl_preset_names;
}
