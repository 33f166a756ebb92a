/* The conformance suite on the embedded store. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_conformance.h"

static char *
create(void)
{
	const char *tmp = getenv("TMPDIR");
	size_t size = strlen(tmp ? tmp : "/tmp") + 32;
	char *dir = malloc(size);

	snprintf(dir, size, "%s/pawl-conform-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	return dir;
}

static void
destroy(char *url)
{
	DIR *dir = opendir(url);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(url);
	free(url);
}

int
main(void)
{
	static const struct pawl_store_under_test sqlite = {
		.name = "sqlite", .create = create, .destroy = destroy};

	return pawl_store_conformance(&sqlite);
}
