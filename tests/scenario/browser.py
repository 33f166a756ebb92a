"""What a browser does with the console's API: cookies, the CSRF token, the headers that it adds."""

import base64
import hashlib
import hmac
import http.cookies
import time

from harness import request

PASSWORD = "correct horse battery"


def totp(secret, at=0):
    """The code of an authenticator now, or `at` steps of 30 seconds from now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = int(time.time()) // 30 + at
    mac = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(int.from_bytes(mac[place:place + 4], 'big') & 0x7fffffff) % 1000000:06}"


class Browser:
    """Keeps cookies, and sends the CSRF token of the last session with every write."""

    def __init__(self, pawl, url=None):
        self.pawl, self.base = pawl, url or pawl.url
        self.cookies, self.csrf = {}, None

    def send(self, method, path, body=None, headers=None):
        headers = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        if method != "GET":
            headers.setdefault("Origin", self.base)
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if self.csrf and method != "GET":
            headers.setdefault("X-CSRF-Token", self.csrf)
        headers = {k: v for k, v in headers.items() if v is not None}
        answer = request(method, self.pawl.url + path, body, headers)
        self.keep(answer)
        return answer

    def keep(self, answer):
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        if answer.body and b"csrf_token" in answer.body and answer.status < 300:
            self.csrf = answer.json()["csrf_token"]

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, body=None, **kwargs):
        return self.send("POST", path, {} if body is None else body, **kwargs)

    def set_up(self, name="ann", password=PASSWORD):
        return self.post("/api/v1/setup", {"token": self.pawl.setup_token(), "name": name, "password": password})

    def sign_in(self, name="ann", password=PASSWORD, **more):
        return self.post("/api/v1/session", {"name": name, "password": password, **more})

    def is_signed_in(self):
        return self.get("/api/v1/session").status == 200

    def as_call(self, call, operation, body=None, status=None, **places):
        """`call` of test_api, with this browser in place of an API token."""
        return call(operation, body, status, send=self.send, **places)
