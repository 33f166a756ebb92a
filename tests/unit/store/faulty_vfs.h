/* A file system that fails on demand: SQLite's own, wrapped, and made the default one. */
#ifndef PAWL_TESTS_FAULTY_VFS_H
#define PAWL_TESTS_FAULTY_VFS_H

#include <stdatomic.h>
#include <stdbool.h>

/* What the next writes, syncs and opens answer; 0: what the disk says. */
extern atomic_int faulty_write, faulty_sync, faulty_open, faulty_read;
/* How often a sync was asked for. */
extern atomic_int faulty_n_syncs;

void faulty_vfs_install(void);

#endif
