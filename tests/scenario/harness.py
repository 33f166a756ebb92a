"""Drives the real binary over real sockets.

Pawl     one server process on port 0 with a directory of its own: start, kill9, terminate
Sink     an HTTP server in this process that records what it is sent and answers as told
raw      bytes to a socket and back, for requests that no client library would send
"""

import base64
import http.client
import http.server
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

BIN = os.environ.get("PAWL_BIN", os.path.join(os.getcwd(), "build", "pawl"))
CRASH_BIN = os.environ.get("PAWL_CRASH_BIN", "")
SANITIZED = os.environ.get("PAWL_SANITIZED", "")
# Limits on waiting are stretched: who waits goes on at the event, so patience costs time only where
# a test fails. A machine with other work has been seen to hold up a process for 30 s, and sanitized
# builds are several times slower on top.
PATIENCE = 8 if SANITIZED else 4
# How a server ends that is told to, and one that is killed or reaches a crash point.
STOPPED, KILLED = 0, -signal.SIGKILL
CLI_STATUSES = (0, 1, 2, 3)


def until(check, timeout=15, every=0.02, what="condition"):
    """Polls until check() is truthy and returns that; fails after timeout seconds."""
    end = time.monotonic() + timeout * PATIENCE
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"gave up waiting for {what}")
        time.sleep(every)


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:200]!r}>"


def request(method, url, body=None, headers=None, timeout=20):
    """One request on a connection of its own. A dict or list body is sent as JSON."""
    parts = urllib.parse.urlsplit(url)
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    elif isinstance(body, str):
        body = body.encode()
    conn = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout * PATIENCE)
    try:
        conn.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers)
        answer = conn.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    finally:
        conn.close()


def run_cli(*args, stdin=b"", env=None, binary=BIN):
    """Runs `pawl ...` and returns the finished process, which must have ended by itself."""
    done = subprocess.run([binary, *args], input=stdin, capture_output=True, timeout=60 * PATIENCE,
                          env={**os.environ, **(env or {})})
    assert done.returncode in CLI_STATUSES, \
        f"pawl {' '.join(args)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}"
    return done


class Pawl:
    """A server with its own data directory. Usable as a context manager.

    It must end as it was told to and write nothing but the log's events: a crash, a leak or a
    sanitizer's report fails the test, also where the test itself did not look."""

    def __init__(self, root, binary=BIN, env=None, args=()):
        self.root, self.binary, self.args = str(root), binary, list(args)
        self.data = os.path.join(self.root, "data")
        self.ready = os.path.join(self.root, "ready.json")
        self.log_path = os.path.join(self.root, "pawl.log")
        self.env = {**os.environ, "PAWL_EGRESS_ALLOW": "127.0.0.0/8,::1",
                    # The leak checker looks into the memory as a debugger does.
                    **({"PAWL_CORE_DUMPS": "on"} if SANITIZED else {}), **(env or {})}
        self.process = None
        self.ends = (STOPPED,)
        self.listen = "127.0.0.1:0"
        self.url = None

    def start(self, env=None, wait=True):
        self.check()
        if os.path.exists(self.ready):
            os.unlink(self.ready)
        self.ends = (STOPPED, KILLED) if "PAWL_CRASH_AT" in (env or {}) else (STOPPED,)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--listen", self.listen, "--data", self.data,
                 "--ready-file", self.ready, *self.args],
                env={**self.env, **(env or {})}, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"pawl ended with {self.process.returncode}:\n{self.tail()}")
            return os.path.exists(self.ready) and os.path.getsize(self.ready) > 0
        until(ready, 20, 0.005, "the ready file")
        with open(self.ready) as f:
            info = json.load(f)
        self.url = info["url"]
        # The same port after a restart, so that hook URLs stay good.
        self.listen = self.url.split("//", 1)[1]
        with open(info["admin_token_file"]) as f:
            self.token = f.read().strip()

    def kill9(self):
        assert self.process.poll() is None, f"pawl ended with {self.process.returncode}:\n{self.tail()}"
        self.process.kill()
        self.process.wait()
        self.ends = (KILLED,)

    def terminate(self, timeout=15):
        """SIGTERM, before which nothing else may have ended it; returns the exit status."""
        self.process.terminate()
        status = self.process.wait(timeout * PATIENCE)
        self.check()
        return status

    def check(self):
        """It has ended, in a way in which it may end, and nothing but events is in its log."""
        if not self.process:
            return
        status = self.process.poll()
        assert status in self.ends, f"pawl ended with {status}:\n{self.tail()}"
        foreign = [line for line in self.log().splitlines() if not line.startswith('{"')]
        assert not foreign, "pawl's log:\n" + "\n".join(foreign[:100])

    def restart(self, env=None):
        self.terminate()
        return self.start(env)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def tail(self):
        return self.log()[-4000:]

    def events(self, name):
        """The log's lines of one event, parsed."""
        return [e for e in map(json.loads, filter(lambda l: l.startswith("{"), self.log().splitlines()))
                if e.get("event") == name]

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(next(l for l in f if l.startswith("VmRSS")).split()[1])

    def cpu_seconds(self):
        """What the process has worked so far, which waiting for other processes does not change."""
        with open(f"/proc/{self.process.pid}/stat") as f:
            ticks = f.read().rpartition(")")[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    # -- the API and the command line

    def api(self, method, path, body=None, headers=None, token=None):
        return request(method, self.url + path, body,
                       {"Authorization": f"Bearer {token or self.token}", **(headers or {})})

    def setup_token(self):
        with open(os.path.join(self.data, "setup-token")) as f:
            return f.read().strip()

    def get(self, path):
        answer = self.api("GET", path)
        assert answer.status == 200, answer
        return answer.json()

    def cli(self, *args, stdin=b"", check=True):
        """Runs `pawl ...` against this server; returns the finished process."""
        done = run_cli(*args, stdin=stdin, binary=self.binary, env={
            **self.env, "PAWL_SERVER": self.url or "", "PAWL_TOKEN": getattr(self, "token", "")})
        if check and done.returncode:
            raise AssertionError(f"pawl {' '.join(args)}: {done.returncode}\n{done.stderr.decode()}")
        return done

    def cli_json(self, *args, **kwargs):
        return json.loads(self.cli(*args, "--json", **kwargs).stdout)

    def apply(self, document, *args):
        """Applies one workflow document and returns what the command line prints of it."""
        path = os.path.join(self.root, f"{document['name']}.json")
        with open(path, "w") as f:
            json.dump(document, f)
        return self.cli_json("apply", path, *args)[0]

    def run(self, run_id):
        return self.cli_json("run", str(run_id))

    def finished_run(self, run_id, timeout=15):
        """Waits until the run has ended and returns it."""
        ended = ("completed", "failed", "canceled", "timed_out")

        def check():
            run = self.get(f"/api/v1/runs/{run_id}")
            return run if run["status"] in ended else None
        return until(check, timeout, what=f"the end of run {run_id}")

    def call(self, workflow, body, headers=None, method="POST"):
        """Calls a workflow's webhook; returns the response."""
        return request(method, workflow["hook_url"], body, headers)

    def run_of(self, workflow, body, headers=None, timeout=15):
        """Calls the webhook, waits for the run's end, returns the run."""
        answer = self.call(workflow, body, headers)
        assert answer.status == 202, answer
        return self.finished_run(answer.json()["data"]["runId"], timeout)

    def __enter__(self):
        return self.start() if not self.process else self

    def __exit__(self, *_):
        """Ends it as an operator would, so that what it leaks or leaves undone is seen."""
        if not self.process:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.check()


class Sink:
    """An HTTP server that keeps what it is sent; `answer(request)` decides the reply.

    With `tls`, a context that has a certificate, it speaks HTTPS. Its socket is made before its
    thread begins: one that is swapped later may be gone when the thread looks at it."""

    def __init__(self, answer=None, port=0, tls=None):
        self.requests = []
        self.arrived = queue.Queue()
        self.answer = answer or (lambda r: (200, {}, b'{"ok":true}'))
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                got = {"method": self.command, "path": self.path, "headers": self.headers,
                       "body": self.rfile.read(length), "at": time.time()}
                sink.requests.append(got)
                sink.arrived.put(got)
                reply = sink.answer(got)
                if reply is None:  # hang up without an answer
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Type" not in headers:
                    self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):  # a client that was killed
                pass

        self.server = Server(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server.socket.close()
        self.server.socket = socket.create_server(("127.0.0.1", port), backlog=256)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server.socket.getsockname()[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def next(self, timeout=15):
        """The next request that arrived, waiting for it."""
        return self.arrived.get(timeout=timeout * PATIENCE)

    def bodies(self):
        return [json.loads(r["body"]) for r in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def raw(url, data, timeout=10, half_close=False):
    """Sends bytes on a new connection and returns all that comes back until it closes."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout * PATIENCE) as s:
        s.sendall(data)
        if half_close:
            s.shutdown(socket.SHUT_WR)
        got = b""
        while True:
            try:
                part = s.recv(65536)
            except ConnectionResetError:
                break
            if not part:
                break
            got += part
        return got


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def workflow(name, nodes=(), edges=None, trigger=None, **rest):
    """A document: nodes in a row behind a webhook unless edges are given."""
    nodes = list(nodes)
    if edges is None:
        ids = ["trigger"] + [n["id"] for n in nodes]
        edges = [{"from": a, "to": b} for a, b in zip(ids, ids[1:])]
    return {"version": 1, "name": name,
            "trigger": trigger or {"type": "webhook", "config": {"auth": [{"type": "none"}]}},
            "nodes": nodes, "edges": edges, **rest}


def node(id, type, config=None, **settings):
    made = {"id": id, "type": type, "config": config if config is not None else {}}
    if settings:
        made["settings"] = settings
    return made
