#include "engine/blame.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

uint64_t
pawl_blame_read(const char *path)
{
	uint64_t run_id = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, &run_id, sizeof run_id) != (ssize_t)sizeof run_id)
		run_id = 0;
	close(fd);
	return run_id;
}

void
pawl_blame_clear(const char *path)
{
	(void)unlink(path);
}

void
pawl_blame_open(struct pawl_blame *blame, const char *path)
{
	void *map = MAP_FAILED;
	int fd;

	blame->slot = NULL;
	if (!path)
		return;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && posix_fallocate(fd, 0, sizeof(uint64_t)) == 0)
		map = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (map == MAP_FAILED) {
		pawl_log(PAWL_LOG_WARN, "blame_unavailable", PAWL_F_C("path", path),
			 PAWL_F_C("message", strerror(errno)));
		return;
	}
	blame->slot = map;
	*blame->slot = 0;
}

void
pawl_blame_close(struct pawl_blame *blame)
{
	if (!blame->slot)
		return;
	*blame->slot = 0;
	munmap((void *)(uintptr_t)blame->slot, sizeof(uint64_t));
	blame->slot = NULL;
}
