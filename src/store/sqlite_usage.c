/* USAGE: what the store takes of its disk. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/sqlite.h"

static uint64_t
bytes_of(const char *dir, const char *name)
{
	char path[4200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Its segments; files come and go meanwhile. */
static uint64_t
journal_bytes(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	uint64_t bytes = 0;

	while (dir && (entry = readdir(dir)))
		if (pawl_str_starts_with(pawl_str_c(entry->d_name), PAWL_STR("journal-")))
			bytes += bytes_of(path, entry->d_name);
	if (dir)
		closedir(dir);
	return bytes;
}

enum pawl_err
pawl_sqlite_usage(struct pawl_sqlite *c, struct pawl_store_usage *usage)
{
	const char *dir = c->backend->dir;
	uint64_t page_bytes = pawl_sqlite_value(c, "PRAGMA page_size");
	struct statvfs disk;

	usage->kind = "sqlite";
	usage->database_bytes = pawl_sqlite_value(c, "PRAGMA page_count") * page_bytes;
	usage->database_free_bytes = pawl_sqlite_value(c, "PRAGMA freelist_count") * page_bytes;
	usage->log_bytes = bytes_of(dir, "pawl.db-wal");
	usage->journal_bytes = journal_bytes(dir);
	usage->schema_version =
		(uint32_t)pawl_sqlite_value(c, "SELECT max(version) FROM schema_version");
	if (statvfs(dir, &disk) == 0) {
		usage->disk_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
		usage->disk_free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	}
	return PAWL_OK;
}
