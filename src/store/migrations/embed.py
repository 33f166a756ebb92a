"""Writes the numbered migrations as one C table: embed.py OUTPUT FILE.sql..."""

import os
import sys


def main(output, paths):
    names = [os.path.basename(p) for p in paths]
    for expected, name in enumerate(names, start=1):
        if int(name.split("_")[0]) != expected:
            sys.exit(f"{name}: migrations are numbered from 0001 without gaps")
    lines = ["/* Made by migrations/embed.py. */", '#include "store/sqlite.h"', ""]
    for number, path in enumerate(paths, start=1):
        with open(path, "rb") as f:
            data = f.read() + b"\0"
        lines.append(f"static const unsigned char migration_{number}[] = {{")
        for i in range(0, len(data), 16):
            lines.append("\t" + ", ".join(str(b) for b in data[i : i + 16]) + ",")
        lines += ["};", ""]
    lines.append("const char *const pawl_sqlite_migrations[] = {")
    lines += [f"\t(const char *)migration_{n}," for n in range(1, len(paths) + 1)]
    lines += ["};", f"const unsigned pawl_sqlite_n_migrations = {len(paths)};"]
    with open(output, "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")


main(sys.argv[1], sys.argv[2:])
