#include "server/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "base/log.h"
#include "server/users.h"

#define TOKEN_BYTES 32
#define TOKEN_CHARS 43

struct pawl_setup {
	char *path;
	char token[TOKEN_CHARS + 1];
	atomic_bool is_open;
};

/* False: there is none, or something else. */
static bool
read_token(const char *path, char token[TOKEN_CHARS + 1])
{
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(token, 1, TOKEN_CHARS, file) : 0;

	if (file)
		fclose(file);
	for (size_t i = 0; i < n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
			    token[i]) ||
		    !token[i])
			return false;
	token[n] = '\0';
	return n == TOKEN_CHARS;
}

static void
make_token(char token[TOKEN_CHARS + 1])
{
	unsigned char random[TOKEN_BYTES];
	struct pawl_buf text;

	pawl_random(random, sizeof random);
	pawl_buf_init(&text, 2 * TOKEN_CHARS);
	pawl_base64_encode(&text, pawl_str((const char *)random, sizeof random), PAWL_BASE64_URL);
	memcpy(token, text.data, TOKEN_CHARS);
	token[TOKEN_CHARS] = '\0';
	pawl_buf_fini(&text);
}

static enum pawl_err
write_token(const char *path, const char *token, struct pawl_problems *problems)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	/* A file that is there already may be open to others. */
	bool ok = fd >= 0 && fchmod(fd, 0600) == 0 && dprintf(fd, "%s\n", token) > 0 &&
		  fsync(fd) == 0;

	if (!ok)
		pawl_problems_add(problems, "--data", "%s cannot be written: %s", path,
				  strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok ? PAWL_OK : PAWL_EIO;
}

enum pawl_err
pawl_setup_open(struct pawl_server *server, struct pawl_problems *problems)
{
	struct pawl_setup *setup = pawl_calloc(1, sizeof *setup);
	struct pawl_buf path;

	server->setup = setup;
	pawl_buf_init(&path, 4096);
	pawl_buf_printf(&path, "%s/" PAWL_SETUP_FILE, server->data_dir);
	setup->path = pawl_buf_take(&path, NULL);
	if (!pawl_users_is_empty(server->users)) {
		(void)unlink(setup->path);
		return PAWL_OK;
	}
	if (!read_token(setup->path, setup->token))
		make_token(setup->token);
	setup->is_open = true;
	return write_token(setup->path, setup->token, problems);
}

void
pawl_setup_free(struct pawl_setup *setup)
{
	if (!setup)
		return;
	free(setup->path);
	free(setup);
}

const char *
pawl_setup_path(const struct pawl_server *server)
{
	return atomic_load(&server->setup->is_open) ? server->setup->path : NULL;
}

bool
pawl_setup_is_token(const struct pawl_server *server, struct pawl_str token)
{
	return atomic_load(&server->setup->is_open) &&
	       pawl_str_eq_secret(token, pawl_str_c(server->setup->token));
}

void
pawl_setup_end(struct pawl_server *server)
{
	if (!atomic_exchange(&server->setup->is_open, false))
		return;
	if (unlink(server->setup->path) != 0 && errno != ENOENT)
		pawl_log(PAWL_LOG_WARN, "setup_token_stays", PAWL_F_C("path", server->setup->path),
			 PAWL_F_C("message", strerror(errno)));
}
