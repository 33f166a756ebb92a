/* Named points at which a test build dies as by kill -9.
 *
 * PAWL_CRASH_POINT("before_commit") does nothing, and costs nothing, unless the build
 * option crash_points is on; then the process kills itself there when the environment
 * variable PAWL_CRASH_AT is that name, or at the N-th passage when it is `name:N`.
 * Any thread; the passages of all threads are counted together. */
#ifndef PAWL_BASE_CRASHPOINT_H
#define PAWL_BASE_CRASHPOINT_H

#ifdef PAWL_CRASH_POINTS
void pawl_crash_point(const char *name);
#define PAWL_CRASH_POINT(name) pawl_crash_point(name)
#else
#define PAWL_CRASH_POINT(name) ((void)0)
#endif

#endif
