/* Asserts that stay on in release builds, only for our own bugs: never on input,
 * network, disk or peer data. And magic numbers, checked wherever an object comes
 * back through a void pointer. */
#ifndef PAWL_BASE_ASSERT_H
#define PAWL_BASE_ASSERT_H

_Noreturn void pawl_assert_fail(const char *expr, const char *file, int line, const char *func);

#define PAWL_ASSERT(expr) ((expr) ? (void)0 : pawl_assert_fail(#expr, __FILE__, __LINE__, __func__))
/* The object is there and is what its type says: struct with a `magic` member. */
#define PAWL_CHECK_OBJ(ptr, magic_value) PAWL_ASSERT((ptr) != NULL && (ptr)->magic == (magic_value))

#endif
