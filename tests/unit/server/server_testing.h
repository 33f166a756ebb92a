/* What the tests of the server include. */
#ifndef PAWL_TESTS_SERVER_TESTING_H
#define PAWL_TESTS_SERVER_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before cmocka, whose macro fail() has the name of a member in node.h. */
#include "server/api_resources.h"

#include <cmocka.h>

#endif
