/* Another master key for a data directory whose server does not run.
 *
 * The new key is on disk before it is needed. All that is sealed is put under it in one
 * transaction, which also says that this is the key from then on; so whenever the process is
 * killed, the store opens with the one key or with the other, and never with none. The server's own
 * key (DATA/master.key) is made as DATA/master.key.new and renamed at the end; where that did not
 * come about, the next start does it. Blocks; for the command line. */
#ifndef PAWL_SERVER_ROTATE_KEY_H
#define PAWL_SERVER_ROTATE_KEY_H

#include <stddef.h>

#include "base/err.h"

struct pawl_rotation {
	const char *data_dir;
	const char *key_file; /* NULL: the server's own */
	/* Made when it is not there; NULL: the server's own is replaced. */
	const char *new_key_file;
	/* Results. */
	char key_id[24];
	bool is_done_before; /* new_key_file is the key already: nothing was to be done */
	size_t n, n_unreadable;
};

PAWL_MUST_USE enum pawl_err pawl_rotate_key(struct pawl_rotation *rotation,
					    struct pawl_problems *problems);

#endif
