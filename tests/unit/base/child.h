/* For what ends the process: runs a function in a child with its standard error
 * captured. The caller's thread only. Never returns the child to the test runner. */
#ifndef TESTS_UNIT_BASE_CHILD_H
#define TESTS_UNIT_BASE_CHILD_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The status of waitpid; the captured text, cut to its room, in `text`. */
static inline int
run_child(void (*func)(void), char *text, size_t room)
{
	int status = 0, fds[2];
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(fds) != 0)
		abort();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		/* cmocka catches these and would go on in the child */
		signal(SIGABRT, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		func();
		_exit(0);
	}
	close(fds[1]);
	while (len < room - 1 && (n = read(fds[0], text + len, room - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		continue;
	return status;
}

#endif
