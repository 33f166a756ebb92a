#include "faulty_vfs.h"

#include <sqlite3.h>
#include <string.h>

atomic_int faulty_write, faulty_sync, faulty_open, faulty_read, faulty_n_syncs;

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real; /* stands right behind */
};

static sqlite3_vfs *real_vfs, faulty_vfs;

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct faulty_file *)file)->real;
}

static int
f_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int
f_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
	int rc = faulty_read;

	return rc ? rc : real_of(file)->pMethods->xRead(real_of(file), data, len, at);
}

static int
f_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	int rc = faulty_write;

	return rc ? rc : real_of(file)->pMethods->xWrite(real_of(file), data, len, at);
}

static int
f_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
f_sync(sqlite3_file *file, int flags)
{
	int rc = faulty_sync;

	faulty_n_syncs++;
	return rc ? rc : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
f_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
f_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
f_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
f_check_lock(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
f_control(sqlite3_file *file, int op, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int
f_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
f_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
f_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int
f_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void
f_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
f_shm_unmap(sqlite3_file *file, int unlink_it)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), unlink_it);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_unlock,
	.xCheckReservedLock = f_check_lock,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_traits,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
};

static int
f_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct faulty_file *f = (struct faulty_file *)file;
	int rc = faulty_open;

	f->base.pMethods = NULL;
	f->real = (sqlite3_file *)(void *)(f + 1);
	if (!rc)
		rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
	if (rc == SQLITE_OK)
		f->base.pMethods = &methods;
	return rc;
}

void
faulty_vfs_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.szOsFile = (int)sizeof(struct faulty_file) + real_vfs->szOsFile;
	faulty_vfs.xOpen = f_open;
	sqlite3_vfs_register(&faulty_vfs, 1);
}
