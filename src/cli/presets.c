#include "cli/presets.h"

#include "trigger/auth/presets.h"
#include "trigger/auth/scheme.h"

bool
pawl_presets_open(const struct pawl_args *args)
{
	const char *dir = pawl_args_get(args, "presets");
	struct pawl_problems problems = {0};
	bool ok;

	pawl_schemes_init();
	if (dir)
		pawl_presets_load(dir, &problems);
	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl %s: %s: %s\n", args->command->name, problems.items[i].where,
			problems.items[i].message);
	ok = problems.len == 0;
	if (!ok)
		pawl_schemes_fini();
	pawl_problems_fini(&problems);
	return ok;
}
