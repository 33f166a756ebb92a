"""Looks for secrets in bytes, however they are written there."""

import base64
import json
import os
import re
import urllib.parse

# With everything in it that some encoding escapes.
HARD = 'pä"s\\s/w+o rd%&<~7'


def base64_forms(data):
    """The characters that depend on nothing but the data, at each of the three alignments."""
    for skip in range(3):
        whole = base64.b64encode(b"\0" * skip + data)
        first, bits = (0, 2, 3)[skip], 8 * (skip + len(data))
        for alphabet in (whole, whole.translate(bytes.maketrans(b"+/", b"-_"))):
            yield alphabet[first:bits // 6]


def forms(secret):
    """All that a search looks for."""
    data = secret.encode()
    quoted = urllib.parse.quote(secret, safe="")
    yield data
    yield json.dumps(secret, ensure_ascii=False)[1:-1].encode()
    yield json.dumps(secret)[1:-1].encode()
    yield json.dumps(json.dumps(secret)[1:-1])[1:-1].encode()
    yield quoted.encode()
    yield re.sub("%..", lambda m: m[0].lower(), quoted).encode()
    yield urllib.parse.quote_plus(secret).encode()
    yield data.hex().encode()
    yield data.hex().upper().encode()
    yield from base64_forms(data)


def found(secrets, text):
    """Which of them stand in the bytes, and in which form."""
    return [(secret, form) for secret in secrets for form in forms(secret) if form in text]


def files(root):
    """Every file below the directory but the key that opens what is sealed."""
    for folder, _, names in os.walk(root):
        for name in names:
            if name != "master.key":
                with open(os.path.join(folder, name), "rb") as f:
                    yield name, f.read()


def found_in_files(secrets, root):
    return [(name, what) for name, text in files(root) for what in found(secrets, text)]
