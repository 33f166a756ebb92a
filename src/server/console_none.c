/* Built with -Dconsole=none: there are no assets. */
#include "server/console_assets.h"

const struct pawl_console_asset pawl_console_assets[] = {{0}};
const size_t pawl_console_n_assets = 0;
