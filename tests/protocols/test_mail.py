"""Alerts by mail, into a mail server of others: encrypted, with a password, and sent again when it is told to come later."""
import email
import email.policy
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.request

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

SCOREWAY = os.environ["SCOREWAY"]
WINE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "wine"


class Mailbox:
    """Takes letters, but not at the first try, and not for everybody."""

    def __init__(self):
        self.letters, self.tries = [], 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.tries += 1
        if self.tries == 1:
            return "451 4.7.1 come back later"
        assert session.ssl is not None and session.authenticated
        self.letters.append(envelope)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data == LoginPassword(b"scoreway", b"hush"))


def call(address, path, body):
    request = urllib.request.Request(f"http://{address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=20))


def until(what, happened, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def test_an_alarm_comes_by_mail(tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail_server = Controller(mailbox, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=True, authenticator=authenticate, auth_required=True)
    mail_server.start()

    registry = ["--registry", str(tmp_path / "registry.db")]
    address = tmp_path / "address"
    head, *lines = (WINE / "rows.csv").read_text().splitlines()
    (tmp_path / "sample.csv").write_text("\n".join([head, *lines * 10]))
    subprocess.run([SCOREWAY, "push", "wine", WINE / "model.pkl", "--sample", tmp_path / "sample.csv", *registry], check=True, capture_output=True)
    subprocess.run([SCOREWAY, "watch", "set", "wine", "--window", "200", "--every", "1s", "--rise-after", "1", "--mail", "ops@example.org,gone@example.org", *registry],
                   check=True, capture_output=True)
    (tmp_path / "password").write_text("hush\n")
    server = subprocess.Popen(
        [SCOREWAY, "serve", "--port", "0", "--address-file", str(address), "--log-predictions", "--smtp", f"smtp://localhost:{port}", "--smtp-from", "scoreway@example.org",
         "--smtp-user", "scoreway", "--smtp-password", str(tmp_path / "password"), "--mail-allow", "example.org", *registry],
        stderr=subprocess.DEVNULL, env={**os.environ, "SSL_CERT_FILE": str(tmp_path / "cert.pem")})
    try:
        place = until("the server listens", lambda: address.exists() and address.read_text().strip())
        rows = [{**json.loads(line), "alcohol": 99} for line in (WINE / "rows.jsonl").read_text().splitlines()]
        call(place, "/v1/models/wine:predict", {"rows": rows * 10})
        envelope = until("the letter comes", lambda: mailbox.letters and mailbox.letters[0])
        assert mailbox.tries == 2
        assert (envelope.mail_from, envelope.rcpt_tos) == ("scoreway@example.org", ["ops@example.org"])
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert letter["Subject"] == "[Scoreway] wine: alarm, was quiet (drift)"
        assert letter["To"] == "ops@example.org, gone@example.org"
        assert "  - alcohol: PSI" in letter.get_content()
        outcome = lambda: json.load(urllib.request.urlopen(f"http://{place}/v1/models/wine/watch"))["status"]["alerts"][0]["mail"]["outcome"]
        until("it is said who did not get it", lambda: outcome() == "sent, but not to gone@example.org: 550 5.1.1 nobody of that name")
    finally:
        server.terminate()
        server.wait(40)
        mail_server.stop()
