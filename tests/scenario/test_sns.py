"""Amazon SNS from end to end, in a network of its own whose names and authorities are the test's.

What SNS signs names a certificate at sns.REGION.amazonaws.com, port 443, and its subscriptions are
confirmed there. So the tests (sns_inside.py) run where these names are ours, by unshare(1)."""

import os
import shutil
import subprocess
import sys

import pytest

from harness import PATIENCE

HOSTS = ("sns.us-east-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn", "sns.evil.example")
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# As anybody, where the system lets anybody have namespaces; else as root.
NAMESPACES = (("unshare", "--user", "--map-root-user", "--mount", "--net"), ("unshare", "--mount", "--net"))
# A bind mount changes a file for those within only.
ENTER = ('mount --bind "$1/hosts" /etc/hosts && mount --bind "$1/authority.pem" ' + AUTHORITIES +
         ' && shift && exec "$@"')


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def make_certificates(place):
    """An authority, the hosts' certificate by it, and the one that messages are signed with."""
    (place / "names").write_text("subjectAltName=" + ",".join(f"DNS:{host}" for host in HOSTS))
    for name, subject in (("authority", "an authority"), ("signing", "sns.amazonaws.com")):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={subject}",
                "-keyout", place / f"{name}.key", "-out", place / f"{name}.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=the hosts", "-keyout", place / "hosts.key",
            "-out", place / "hosts.csr")
    openssl("x509", "-req", "-days", "2", "-in", place / "hosts.csr", "-CA", place / "authority.pem",
            "-CAkey", place / "authority.key", "-CAcreateserial", "-extfile", place / "names",
            "-out", place / "hosts.pem")


def run_inside(namespaces, place, *command):
    return subprocess.run([*namespaces, "sh", "-c", ENTER, "sh", place, *command], capture_output=True, text=True,
                          env={**os.environ, "PAWL_SNS_CERTIFICATES": str(place)}, timeout=120 * PATIENCE)


def test_sns_in_a_network_of_its_own(tmp_path):
    if not os.path.exists(AUTHORITIES) or not shutil.which("unshare"):
        pytest.skip(f"no {AUTHORITIES}, or no unshare(1)")
    make_certificates(tmp_path)
    (tmp_path / "hosts").write_text("".join(f"127.0.0.1 {host}\n" for host in ("localhost", *HOSTS)))
    namespaces = next((n for n in NAMESPACES if run_inside(n, tmp_path, "true").returncode == 0), None)
    if not namespaces:
        pytest.skip("no namespaces are to be had here")
    done = run_inside(namespaces, tmp_path, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q",
                      "--basetemp", tmp_path / "inside",
                      os.path.join(os.path.dirname(__file__), "sns_inside.py"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout, done.stdout
