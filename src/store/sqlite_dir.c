/* The data directory: made, locked by one process, and with it the file of the database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite.h"

#define LOCK_WAIT_US 2000000

static enum pawl_err
fail_errno(struct pawl_problems *problems, const char *where, const char *what)
{
	int saved = errno;

	pawl_problems_add(problems, where, "%s: %s", what, strerror(saved));
	return saved == EACCES || saved == EPERM || saved == EROFS ? PAWL_EDENIED
	       : saved == ENOSPC || saved == EDQUOT                ? PAWL_EFULL
								   : PAWL_EIO;
}

static enum pawl_err
report_lock(struct pawl_backend *b, struct pawl_problems *problems)
{
	char pid[24];
	ssize_t n;

	if (errno != EWOULDBLOCK)
		return fail_errno(problems, b->dir, "cannot lock the data directory");
	n = pread(b->lock_fd, pid, sizeof(pid) - 1, 0);
	while (n > 0 && (pid[n - 1] < '0' || pid[n - 1] > '9'))
		n--;
	pid[n < 0 ? 0 : n] = '\0';
	pawl_problems_add(problems, b->dir,
			  "the data directory is in use by process %s: one process per data "
			  "directory; stop that one, or use another directory",
			  n > 0 ? pid : "(unknown)");
	return PAWL_ECONFLICT;
}

/* Whoever was killed a moment ago may not be quite gone. False: errno says why. */
static bool
lock_soon(int fd)
{
	const struct timespec step = {.tv_nsec = 20000000};
	int64_t until_us = pawl_clock_mono_us() + LOCK_WAIT_US;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK || pawl_clock_mono_us() > until_us)
			return false;
		nanosleep(&step, NULL);
	}
	return true;
}

/* Held until the process ends, however it ends. */
static enum pawl_err
lock_dir(struct pawl_backend *b, struct pawl_problems *problems)
{
	char path[4096], pid[24];
	int len;

	snprintf(path, sizeof(path), "%s/lock", b->dir);
	b->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (b->lock_fd < 0)
		return fail_errno(problems, path, "cannot open the lock file");
	if (!lock_soon(b->lock_fd))
		return report_lock(b, problems);
	len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* Only for people: a full disk must not keep us from starting. */
	if (ftruncate(b->lock_fd, 0) != 0 || pwrite(b->lock_fd, pid, (size_t)len, 0) != len)
		pawl_log(PAWL_LOG_WARN, "lock_unwritten", PAWL_F_C("path", path));
	return PAWL_OK;
}

/* The file is there, with the right mode, before SQLite gives it and its log their modes. */
static enum pawl_err
create_file(struct pawl_backend *b, struct pawl_problems *problems)
{
	int fd = open(b->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0)
		return fail_errno(problems, b->path, "cannot open the database");
	b->is_new = fstat(fd, &st) == 0 && st.st_size == 0;
	close(fd);
	fd = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0) {
		if (fd >= 0)
			close(fd);
		return fail_errno(problems, b->dir, "cannot sync the data directory");
	}
	close(fd);
	return PAWL_OK;
}

void
pawl_sqlite_close(struct pawl_backend *b)
{
	if (!b)
		return;
	if (b->lock_fd >= 0)
		close(b->lock_fd);
	free(b->path);
	free(b->dir);
	free(b);
}

enum pawl_err
pawl_sqlite_open(struct pawl_str url, struct pawl_backend **out, struct pawl_problems *problems)
{
	struct pawl_backend *b = pawl_calloc(1, sizeof(*b));
	enum pawl_err err = PAWL_OK;
	size_t size = url.len + sizeof("/pawl.db");

	*out = NULL;
	b->lock_fd = -1;
	b->dir = pawl_memdup0(url.ptr, url.len);
	b->path = pawl_malloc(size);
	snprintf(b->path, size, "%s/pawl.db", b->dir);
	/* Saves a global lock around each of SQLite's allocations. Refused, without harm, when
	 * SQLite is in use already. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (url.len == 0 || url.len > 3900 || memchr(url.ptr, '\0', url.len)) {
		pawl_problems_add(problems, "", "the data directory has no usable name");
		err = PAWL_EINVAL;
	} else if (mkdir(b->dir, 0700) != 0 && errno != EEXIST) {
		err = fail_errno(problems, b->dir, "cannot create the data directory");
	}
	if (!err)
		err = lock_dir(b, problems);
	if (!err)
		err = create_file(b, problems);
	if (err)
		pawl_sqlite_close(b);
	else
		*out = b;
	return err;
}
