"""HTTP as it looks on the wire, for requests that no client library would send."""

import re
import socket
import urllib.parse

from harness import PATIENCE

BODY = b'{"n":1}'
ANSWER = re.compile(rb"HTTP/1\.1 \d{3} ")


def address(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def path_of(applied):
    return urllib.parse.urlsplit(applied["hook_url"]).path


def connect(url, timeout=10, source=None):
    """A connection; its own address can be chosen from 127.0.0.0/8."""
    s = socket.create_connection(address(url), timeout * PATIENCE, (source, 0) if source else None)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def message(path, *headers, method="POST", body=BODY, host=True, version="HTTP/1.1"):
    lines = [f"{method} {path} {version}".encode()]
    lines += [b"Host: localhost"] if host else []
    lines += [h if isinstance(h, bytes) else h.encode() for h in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def length(body=BODY):
    return f"Content-Length: {len(body)}"


def status(answer):
    return int(answer[9:12]) if ANSWER.match(answer) else answer


def read_answer(f, head_only=False):
    """One answer from a connection's file: status, headers in lower case, body."""
    line = f.readline()
    assert line, "the connection was closed"
    headers = {}
    while (field := f.readline().strip()):
        name, _, value = field.partition(b":")
        headers[name.strip().lower().decode()] = value.strip().decode()
    size = 0 if head_only else int(headers.get("content-length", 0))
    return int(line.split()[1]), headers, f.read(size)


def ask(s, data, head_only=False):
    """Sends and reads one answer on a connection that stays."""
    s.sendall(data)
    return read_answer(s.makefile("rb"), head_only)


def is_closed(s):
    """Waits for the server to close: no further byte came."""
    try:
        return s.recv(1) == b""
    except ConnectionResetError:
        return True
