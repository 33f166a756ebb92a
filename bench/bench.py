"""Ratios against peers in one run on one machine: `make bench`.

accept   durable accepts/s by `wrk -t1 -c64`, 500-byte JSON, header token, the engine running
         behind it, against nginx `return 202` (and Debian's `webhook` where it is installed)
signed   the same with GitHub's signature (HMAC-SHA-256) verified and each delivery, all different,
         looked for among those before; nginx gets the same requests from the same script
runs     webhook -> compose -> HTTP POST to a sink (nginx): the steady rate that is kept up with for
         half a minute without a growing backlog
memory   resident, idle and under load; time from start to the first answer

Nothing but addresses of this machine is called; every run is bounded in time.
"""

import argparse
import hashlib
import hmac
import itertools
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

BODY = json.dumps({"event": "user.created", "userId": "12345", "pad": "x" * 440})
DOCUMENT = {
    "version": 1, "name": "bench",
    "trigger": {"type": "webhook", "config": {"auth": [{"type": "header", "name": "X-Token", "secret": "abc"}]}},
    "nodes": [{"id": "data", "type": "compose", "config": {"values": {"user": "${workflow.input.body.userId}"}}}],
    "edges": [{"from": "trigger", "to": "data"}],
}
SIGNED_DOCUMENT = {**DOCUMENT, "name": "bench-signed", "trigger": {"type": "webhook", "config": {
    "preset": "github", "auth": [{"type": "signature", "secret": "bench-secret"}]}}}


def with_post(document, url):
    posting = json.loads(json.dumps(document))
    posting["name"] = "bench-post"
    posting["nodes"].append({"id": "post", "type": "http_request", "config": {
        "method": "POST", "url": url, "body": {"user": "${data.output.data.user}"}}})
    posting["edges"].append({"from": "data", "to": "post"})
    return posting


class Server:
    """Pawl with a directory of its own; measures how long it takes to answer."""

    def __init__(self, binary, directory):
        self.binary, self.data = binary, os.path.join(directory, "data")
        ready = os.path.join(directory, "ready.json")
        began = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data", self.data, "--ready-file", ready],
            env={**os.environ, "PAWL_EGRESS_ALLOW": "127.0.0.0/8"}, stderr=subprocess.DEVNULL)
        while not os.path.exists(ready):
            time.sleep(0.001)
        self.url = json.load(open(ready))["url"]
        urllib.request.urlopen(self.url + "/healthz").read()
        self.start_s = time.monotonic() - began
        self.token = open(os.path.join(self.data, "admin-token")).read().strip()

    def apply(self, document):
        request = urllib.request.Request(
            self.url + "/api/v1/apply", json.dumps({"document": document}).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))["hook_url"]

    def get(self, path):
        return json.load(urllib.request.urlopen(urllib.request.Request(
            self.url + path, headers={"Authorization": f"Bearer {self.token}"})))

    def metrics(self):
        text = urllib.request.urlopen(self.url + "/metrics").read().decode()
        return {m[1]: float(m[2]) for m in re.finditer(r"^(pawl_[a-z_]+) ([0-9.e+-]+)$", text, re.M)}

    def backlog(self):
        now = self.metrics()
        return now["pawl_queue_runs"] + now["pawl_runs_in_memory"]

    def drain(self, seconds=300):
        end = time.monotonic() + seconds
        while self.backlog() > 0 and time.monotonic() < end:
            time.sleep(0.1)

    def rss_mib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(next(line for line in f if line.startswith("VmRSS")).split()[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def wrk(url, script, seconds, connections=64):
    """Requests/s, p99 in ms, and answers that were not 2xx."""
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{int(seconds)}s", "--latency", "-s", script, url],
                         capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", out)[1])
    p99, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)", out).groups()
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return rate, float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(refused[1]) if refused else 0


def wrk_script(directory):
    path = os.path.join(directory, "post.lua")
    with open(path, "w") as f:
        f.write(f"wrk.method='POST'; wrk.body=[[{BODY}]]; wrk.headers['Content-Type']='application/json';"
                "wrk.headers['X-Token']='abc'\n")
    return path


def signed_script(directory, first, n):
    """`n` deliveries from number `first` on, made beforehand, so that the load costs little."""
    head, tail = BODY[:-1] + ', "n": "', '"}'
    key = hmac.new(b"bench-secret", digestmod=hashlib.sha256)
    signatures = os.path.join(directory, "signatures")
    with open(signatures, "w") as f:
        for number in range(first, first + n):
            mac = key.copy()
            mac.update(f"{head}{number:09}{tail}".encode())
            f.write(mac.hexdigest() + "\n")
    path = os.path.join(directory, "signed.lua")
    length = len(head) + 9 + len(tail)
    with open(path, "w") as f:
        f.write(f"""local requests, n, next_one = {{}}, 0, 0
function init()
  collectgarbage("stop") -- its pauses would be taken for the server's
  local start = "POST " .. wrk.path .. " HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Type: application/json\\r\\n" ..
    "Content-Length: {length}\\r\\nX-GitHub-Event: push\\r\\nX-Hub-Signature-256: sha256="
  for signature in io.lines("{signatures}") do
    local name = string.format("%09d", {first} + n)
    n = n + 1
    requests[n] = start .. signature .. "\\r\\nX-GitHub-Delivery: " .. name .. "\\r\\n\\r\\n" ..
      [[{head}]] .. name .. [[{tail}]]
  end
end
function request()
  next_one = next_one % n + 1
  return requests[next_one]
end
""")
    return path


def nginx(directory, port):
    path = os.path.join(directory, "nginx.conf")
    with open(path, "w") as f:
        f.write(f"worker_processes 1; daemon off; pid {directory}/nginx.pid; error_log /dev/null;\n"
                "events { worker_connections 4096; }\n"
                f"http {{ access_log off; client_body_temp_path {directory}/body; keepalive_requests 100000000;\n"
                f"server {{ listen 127.0.0.1:{port}; location / {{ return 202; }} }} }}\n")
    return subprocess.Popen(["nginx", "-c", path], stderr=subprocess.DEVNULL)


def adnanh(directory, port):
    """Debian's `webhook` with the same kind of check, or None when it is not installed."""
    if not shutil.which("webhook"):
        return None
    path = os.path.join(directory, "hooks.json")
    with open(path, "w") as f:
        json.dump([{"id": "bench", "execute-command": "/bin/true", "trigger-rule": {"match": {
            "type": "value", "value": "abc", "parameter": {"source": "header", "name": "X-Token"}}}}], f)
    return subprocess.Popen(["webhook", "-hooks", path, "-ip", "127.0.0.1", "-port", str(port)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def paced_script(directory, rate, connections):
    """The same posts at a steady rate: each connection pauses after each answer."""
    pause_ms = max(0.0, 1000 * connections / rate - 1)  # an answer takes about a millisecond
    path = os.path.join(directory, "paced.lua")
    with open(wrk_script(directory)) as f, open(path, "w") as out:
        out.write(f.read() + f"local whole, part = {int(pause_ms)}, {pause_ms - int(pause_ms)}\n"
                  "function delay() return whole + (math.random() < part and 1 or 0) end\n")
    return path


def wait_for(port):
    for _ in range(500):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit(f"nothing answers at port {port}")


def bench_against(server, directory, seconds, port, name, document, scripts, rounds=3):
    """Peer, Pawl, peer, Pawl, peer ...: what the machine does meanwhile meets both. Each run of Pawl
    gets the next of the scripts. Returns the peer's rate."""
    hook, url = server.apply(document), f"http://127.0.0.1:{port}/"
    peer = nginx(directory, port)
    wait_for(port)
    script = next(scripts)
    bases, results, loaded = [wrk(url, script, seconds)[0]], [], 0
    for _ in range(rounds):
        results.append(wrk(hook, script, seconds))
        loaded = max(loaded, server.rss_mib())
        server.drain()
        bases.append(wrk(url, script, seconds)[0])
        script = next(scripts)
    peer.terminate()
    ratios = sorted(2 * rate / (before + after)
                    for (rate, _, _), before, after in zip(results, bases, bases[1:]))
    base, rate, p99 = (statistics.median(them) for them in (bases, [r[0] for r in results], [r[1] for r in results]))
    print(f"{name:9}nginx return 202 {base:9.0f}/s   pawl {rate:9.0f}/s durable   ratio {statistics.median(ratios):.2f}"
          f" ({ratios[0]:.2f} to {ratios[-1]:.2f})   p99 {p99:.1f} ms   not 2xx: {sum(r[2] for r in results)}"
          f"   resident {loaded:.0f} MiB")
    return base


def bench_accept(server, directory, seconds, ports):
    scripts = itertools.repeat(wrk_script(directory))
    base = bench_against(server, directory, seconds, ports[0], "accept", DOCUMENT, scripts)
    other = adnanh(directory, ports[1])
    if other:
        wait_for(ports[1])
        theirs, _, _ = wrk(f"http://127.0.0.1:{ports[1]}/hooks/bench", wrk_script(directory), seconds)
        other.terminate()
        print(f"         webhook          {theirs:9.0f}/s   ratio to nginx {theirs / base:.2f}")


def bench_signed(server, directory, seconds, port):
    n = 50000 * seconds
    scripts = (signed_script(directory, 1 + i * n, n) for i in itertools.count())
    bench_against(server, directory, seconds, port, "signed", SIGNED_DOCUMENT, scripts)
    if server.get("/api/v1/requests?verdict=duplicate&limit=1")["items"]:
        raise SystemExit("deliveries were taken for repeated: the load is not what it is to be")


def sustain(server, hook, directory, rate, seconds, connections=64):
    """Posts at that rate; the rate that it really was, and the backlog, sampled each second."""
    script, done = paced_script(directory, rate, connections), []
    load = threading.Thread(target=lambda: done.append(wrk(hook, script, seconds, connections)))
    load.start()
    backlog = []
    while load.is_alive():
        load.join(1)
        backlog.append(server.backlog())
    return done[0][0], backlog


def is_bounded(backlog, rate):
    """It does not grow from one half of the time to the other by more than a tenth of a second's worth."""
    half = len(backlog) // 2
    earlier, later = max(backlog[:half]), max(backlog[half:])
    return later <= earlier + rate / 10


def bench_runs(server, directory, seconds, port):
    sink = nginx(directory, port)
    wait_for(port)
    hook = server.apply(with_post(DOCUMENT, f"http://127.0.0.1:{port}/sink"))
    before = server.metrics()["pawl_nodes_completed_total"]
    began = time.monotonic()
    wrk(hook, wrk_script(directory), 2)
    server.drain()
    burst = (server.metrics()["pawl_nodes_completed_total"] - before) / 2 / (time.monotonic() - began)
    print(f"runs     a burst of two seconds, accepted and run to the end: {burst:.0f} runs/s")
    # Downwards, in short trials, to a rate that is kept up with; then the long one.
    for share in (1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5):
        rate, backlog = sustain(server, hook, directory, burst * share, 6)
        server.drain()
        if is_bounded(backlog, rate):
            break
    rate, backlog = sustain(server, hook, directory, burst * share, seconds)
    print(f"         {rate:.0f} runs/s for {seconds:.0f} s, backlog at most {max(backlog):.0f}, "
          f"at the end {backlog[-1]:.0f} ({'bounded' if is_bounded(backlog, rate) else 'GROWING'})"
          f"   resident {server.rss_mib():.0f} MiB")
    server.drain()
    sink.terminate()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pawl", default="build/pawl")
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--run-seconds", type=float, default=30)
    options.add_argument("--ports", type=int, nargs=2, default=[18091, 18092])
    args = options.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix="bench-") as directory:
        directory = os.path.abspath(directory)
        server = Server(os.path.abspath(args.pawl), directory)
        print(f"start    {server.start_s * 1000:.0f} ms to the first answer, {server.rss_mib():.0f} MiB resident idle")
        try:
            bench_accept(server, directory, int(args.seconds), args.ports)
            bench_signed(server, directory, int(args.seconds), args.ports[0])
            bench_runs(server, directory, args.run_seconds, args.ports[0])
        finally:
            server.stop()


if __name__ == "__main__":
    main()
