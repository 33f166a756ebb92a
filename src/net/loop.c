#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/log.h"

#define LOOP_MAGIC 0x6c6f6f70u

struct pawl_loop {
	uint32_t magic;
	uv_loop_t uv;
	uv_async_t wake;
	/* Posted tasks, newest first. Only pushes and take-all, so there is no ABA. */
	_Atomic(struct pawl_task *) mail;
	atomic_bool stopping;
	atomic_bool running;
	pthread_t thread;
	char name[16]; /* the kernel's limit, NUL included */
};

static _Thread_local const struct pawl_loop *current_loop;

static void
run_mail(struct pawl_loop *loop)
{
	struct pawl_task *task = atomic_exchange_explicit(&loop->mail, NULL, memory_order_acquire);
	struct pawl_task *in_order = NULL;

	while (task) {
		struct pawl_task *next = task->next;

		task->next = in_order;
		in_order = task;
		task = next;
	}
	while (in_order) {
		/* fn may free or post the task again. */
		struct pawl_task *next = in_order->next;

		in_order->fn(in_order);
		in_order = next;
	}
}

static void
on_wake(uv_async_t *wake)
{
	struct pawl_loop *loop = wake->data;

	PAWL_CHECK_OBJ(loop, LOOP_MAGIC);
	run_mail(loop);
	if (atomic_load(&loop->stopping))
		uv_stop(&loop->uv);
}

struct pawl_loop *
pawl_loop_new(const char *thread_name)
{
	struct pawl_loop *loop = pawl_calloc(1, sizeof(*loop));

	loop->magic = LOOP_MAGIC;
	snprintf(loop->name, sizeof(loop->name), "%s", thread_name);
	/* These fail only without memory or descriptors, at start: nothing can go on then. */
	PAWL_ASSERT(uv_loop_init(&loop->uv) == 0);
	PAWL_ASSERT(uv_async_init(&loop->uv, &loop->wake, on_wake) == 0);
	loop->wake.data = loop;
	return loop;
}

void
pawl_loop_free(struct pawl_loop *loop)
{
	if (!loop)
		return;
	PAWL_CHECK_OBJ(loop, LOOP_MAGIC);
	PAWL_ASSERT(!atomic_load(&loop->running));
	uv_close((uv_handle_t *)&loop->wake, NULL);
	uv_run(&loop->uv, UV_RUN_NOWAIT);
	if (uv_loop_close(&loop->uv) != 0) {
		/* Somebody's handle is still open and may be touched: leak, do not crash at exit.
		 */
		pawl_log(PAWL_LOG_ERROR, "loop_leak", PAWL_F_C("loop", loop->name));
		return;
	}
	loop->magic = 0;
	free(loop);
}

static void *
loop_main(void *arg)
{
	struct pawl_loop *loop = arg;

	PAWL_CHECK_OBJ(loop, LOOP_MAGIC);
	current_loop = loop;
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	return NULL;
}

/* Signals are the main thread's. SIGPIPE must be blocked too: libuv writes with write(2). What
 * the processor raises stays deliverable, so that sanitizers and debuggers work. */
static void
block_signals(sigset_t *before)
{
	sigset_t blocked;

	sigfillset(&blocked);
	sigdelset(&blocked, SIGSEGV);
	sigdelset(&blocked, SIGBUS);
	sigdelset(&blocked, SIGFPE);
	sigdelset(&blocked, SIGILL);
	sigdelset(&blocked, SIGABRT);
	sigdelset(&blocked, SIGTRAP);
	sigdelset(&blocked, SIGSYS);
	sigdelset(&blocked, SIGPROF);
	pthread_sigmask(SIG_SETMASK, &blocked, before);
}

enum pawl_err
pawl_loop_start(struct pawl_loop *loop)
{
	sigset_t before;
	int rc;

	PAWL_CHECK_OBJ(loop, LOOP_MAGIC);
	PAWL_ASSERT(!atomic_load(&loop->running));
	atomic_store(&loop->running, true);
	block_signals(&before);
	rc = pthread_create(&loop->thread, NULL, loop_main, loop);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		atomic_store(&loop->running, false);
		return PAWL_EFULL;
	}
	pthread_setname_np(loop->thread, loop->name);
	return PAWL_OK;
}

void
pawl_loop_stop_and_join(struct pawl_loop *loop)
{
	PAWL_CHECK_OBJ(loop, LOOP_MAGIC);
	if (!atomic_load(&loop->running))
		return;
	atomic_store(&loop->stopping, true);
	uv_async_send(&loop->wake);
	pthread_join(loop->thread, NULL);
	atomic_store(&loop->running, false);
}

void
pawl_loop_post(struct pawl_loop *loop, struct pawl_task *task)
{
	struct pawl_task *head = atomic_load_explicit(&loop->mail, memory_order_relaxed);

	do {
		task->next = head;
	} while (!atomic_compare_exchange_weak_explicit(
		&loop->mail, &head, task, memory_order_release, memory_order_relaxed));
	/* Whoever filled the empty box rings; the others ride along. */
	if (!head)
		uv_async_send(&loop->wake);
}

uv_loop_t *
pawl_loop_uv(struct pawl_loop *loop)
{
	return &loop->uv;
}

bool
pawl_loop_is_current(const struct pawl_loop *loop)
{
	return current_loop == loop;
}
