/* Runs a fuzz target once over each file of a corpus directory, so that every finding stays a
 * test of every build. An empty or missing corpus is a failure. */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static bool
replay(const char *dir, const char *name)
{
	char path[4096];
	uint8_t *data = NULL;
	long size;
	bool ok = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return false;
	}
	if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		goto out;
	rewind(f);
	/* Exactly as large as the input: a sanitizer sees a read past the end. */
	data = malloc(size ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size)
		goto out;
	LLVMFuzzerTestOneInput(data, (size_t)size);
	ok = true;
out:
	if (!ok)
		fprintf(stderr, "%s: cannot be read\n", path);
	free(data);
	fclose(f);
	return ok;
}

int
main(int argc, char **argv)
{
	const struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
		return 2;
	}
	dir = opendir(argv[1]);
	if (!dir) {
		perror(argv[1]);
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		/* The last name is that of the input which ended the process. */
		puts(entry->d_name);
		fflush(stdout);
		if (!replay(argv[1], entry->d_name)) {
			closedir(dir);
			return 1;
		}
		n++;
	}
	closedir(dir);
	printf("%zu inputs\n", n);
	return n > 0 ? 0 : 1;
}
