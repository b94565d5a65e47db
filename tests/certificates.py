"""Certificates for tests: an authority, and by it one for a server at 127.0.0.1 and one for a client. Needs openssl."""
import subprocess


def make_certificates(folder, client="test-client"):
    """ca.pem; server.pem and server.key; client.pem and client.key, of a client of that name."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=test-authority", "-addext", "keyUsage=critical,keyCertSign")
    for name, subject, more in (("server", "test-server", ("-extfile", "san")), ("client", client, ())):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                f"{name}.pem", "-days", "2", *more)
