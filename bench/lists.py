#!/usr/bin/env python3
"""How long lists and statistics take on a store that store_fill has filled.

usage: lists.py PAWL DATA    prints the median and the worst of five calls, in milliseconds; ends
with 1 when one took more than 300"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

LIMIT_MS = 300
CALLS = [
    "workflows", "workflows?limit=1000", "workflows?search=number 77", "workflows?tag=t3",
    "runs", "runs?status=completed", "runs?status=failed", "runs?status=failed,timed_out",
    "runs?workflow=workflow-500", "runs?workflow=workflow-500&status=failed", "runs?class=network",
    "runs?class=http_5xx&workflow=workflow-3", "runs?trigger=manual", "runs?trigger=webhook",
    "runs?search=customer-12345", "runs?search=evt_777", "runs?search=invalid_expression", "runs?search={id}",
    "runs?search=nowhere", "runs?from={old}&to={mid}", "runs?from={old}&to={mid}&status=failed", "runs?cursor={id}",
    "requests", "requests?verdict=refused", "requests?verdict=accepted", "requests?workflow=workflow-500",
    "requests?workflow=workflow-500&verdict=refused", "requests?search=evt_12345", "requests?search=nowhere",
    "requests?trigger=service", "requests?from={old}&to={mid}", "requests?search={id}",
    "stats?window=1h", "stats?window=24h", "stats?window=30d", "stats?window=24h&workflow=workflow-500", "system",
]


def main(binary, data):
    with tempfile.TemporaryDirectory() as scratch:
        ready = os.path.join(scratch, "ready")
        server = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--data", data, "--ready-file", ready],
                                  stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(ready):
                time.sleep(0.05)
            told = json.load(open(ready))
            token = open(told["admin_token_file"]).read().strip()
            return measure(told["url"], token)
        finally:
            server.terminate()
            server.wait()


def call(url, token, path):
    request = urllib.request.Request(f"{url}/api/v1/{path.replace(' ', '%20')}",
                                     headers={"Authorization": f"Bearer {token}"})
    start = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    return (time.perf_counter() - start) * 1000, json.loads(body)


def measure(url, token):
    newest = call(url, token, "runs?limit=1")[1]
    top = newest["items"][0]
    first = call(url, token, f"runs?limit=1000&cursor={int(top['id']) - (40 << 21)}")[1]["items"][-1]
    places = {"id": first["id"], "old": first["queued_at"][:17] + "00Z", "mid": first["queued_at"]}
    slow = 0
    print(f"{newest['total']} runs")
    for path in CALLS:
        path = path.format(**places)
        times, answers = zip(*(call(url, token, path) for _ in range(5)))
        n = len(answers[0].get("items", []))
        note = " partial" if answers[0].get("partial") else ""
        print(f"{statistics.median(times):8.1f} {max(times):8.1f}  {path}  [{n}{note}]")
        slow += max(times) > LIMIT_MS
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
