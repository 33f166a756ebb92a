#include "server/passwords.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/assert.h"

#define WAITING_MAX 32
#define OPS         crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY      crypto_pwhash_MEMLIMIT_INTERACTIVE

struct pawl_passwords {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct pawl_password_job *first, **last;
	size_t n_waiting;
	bool is_stopping, is_joined;
	/* The thread's own: a hash that nothing fits, for names that nobody has. */
	char nobody[crypto_pwhash_STRBYTES];
};

static void
make(char out[crypto_pwhash_STRBYTES], struct pawl_str password)
{
	int rc = crypto_pwhash_str(out, password.ptr, password.len, OPS, MEMORY);

	PAWL_ASSERT(rc == 0); /* out of memory ends the process, here as elsewhere */
}

static void
verify(struct pawl_passwords *passwords, struct pawl_password_job *job)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	bool is_known = job->hash.ptr && job->hash.len < sizeof hash;

	/* Before the first answer of all, so that no name is told from another by its time. */
	if (!passwords->nobody[0])
		make(passwords->nobody, PAWL_STR(""));
	if (is_known)
		memcpy(hash, job->hash.ptr, job->hash.len);
	job->fits = crypto_pwhash_str_verify(is_known ? hash : passwords->nobody, job->password.ptr,
					     job->password.len) == 0 &&
		    is_known;
	if (job->fits && crypto_pwhash_str_needs_rehash(hash, OPS, MEMORY) != 0)
		make(job->made, job->password);
}

static void *
run(void *arg)
{
	struct pawl_passwords *passwords = arg;
	struct pawl_password_job *job;

	pthread_mutex_lock(&passwords->lock);
	for (;;) {
		while (!passwords->first && !passwords->is_stopping)
			pthread_cond_wait(&passwords->wake, &passwords->lock);
		job = passwords->first;
		if (!job)
			break;
		passwords->first = job->next;
		if (!job->next)
			passwords->last = &passwords->first;
		job->is_canceled = passwords->is_stopping;
		pthread_mutex_unlock(&passwords->lock);
		if (!job->is_canceled && job->is_new)
			make(job->made, job->password);
		else if (!job->is_canceled)
			verify(passwords, job);
		pthread_mutex_lock(&passwords->lock);
		passwords->n_waiting--;
		pawl_loop_post(job->loop, &job->task);
	}
	pthread_mutex_unlock(&passwords->lock);
	return NULL;
}

struct pawl_passwords *
pawl_passwords_start(void)
{
	struct pawl_passwords *passwords = pawl_calloc(1, sizeof *passwords);
	sigset_t all, old;
	int rc;

	rc = sodium_init();
	PAWL_ASSERT(rc >= 0);
	passwords->last = &passwords->first;
	pthread_mutex_init(&passwords->lock, NULL);
	pthread_cond_init(&passwords->wake, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&passwords->thread, NULL, run, passwords);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	PAWL_ASSERT(rc == 0);
	pthread_setname_np(passwords->thread, "pawl-passwords");
	return passwords;
}

bool
pawl_passwords_submit(struct pawl_passwords *passwords, struct pawl_password_job *job)
{
	bool has_room;

	job->next = NULL;
	job->fits = job->is_canceled = false;
	job->made[0] = '\0';
	pthread_mutex_lock(&passwords->lock);
	has_room = passwords->n_waiting < WAITING_MAX && !passwords->is_stopping;
	if (has_room) {
		passwords->n_waiting++;
		*passwords->last = job;
		passwords->last = &job->next;
		pthread_cond_signal(&passwords->wake);
	}
	pthread_mutex_unlock(&passwords->lock);
	return has_room;
}

void
pawl_passwords_stop(struct pawl_passwords *passwords)
{
	if (!passwords || passwords->is_joined)
		return;
	pthread_mutex_lock(&passwords->lock);
	passwords->is_stopping = true;
	pthread_cond_signal(&passwords->wake);
	pthread_mutex_unlock(&passwords->lock);
	pthread_join(passwords->thread, NULL);
	passwords->is_joined = true;
}

void
pawl_passwords_free(struct pawl_passwords *passwords)
{
	if (!passwords)
		return;
	pawl_passwords_stop(passwords);
	pthread_cond_destroy(&passwords->wake);
	pthread_mutex_destroy(&passwords->lock);
	free(passwords);
}
