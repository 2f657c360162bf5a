"""A certificate for servers on this machine, made by openssl, that signs itself: whoever trusts it trusts them."""

import os
import shutil
import subprocess
import tempfile


class Certificate:
    """`file`, `key`: PEM, in a folder of their own, until `remove`."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="roomd-tls-")
        self.file, self.key = (os.path.join(self._folder, name) for name in ("certificate.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", self.key, "-out", self.file], check=True, capture_output=True)

    def server_flags(self) -> list[str]:
        """Of a redis-server that speaks TLS to everybody, to its replicas, its cluster and its masters too."""
        return ["--tls-cert-file", self.file, "--tls-key-file", self.key, "--tls-ca-cert-file", self.file,
                "--tls-auth-clients", "no", "--tls-replication", "yes", "--tls-cluster", "yes"]

    def client_settings(self) -> dict:
        """Of redis-py."""
        return {"ssl": True, "ssl_ca_certs": self.file}

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
