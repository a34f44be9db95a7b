"""Certificates made for a test: authorities, and what they sign."""
import pathlib
import subprocess


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


class Authority:
    """A certification authority of its own; NAME.pem is what those need who trust it."""

    def __init__(self, folder, name="ca"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = self.folder / f"{name}.key"
        self.certificate = self.folder / f"{name}.pem"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 365,
                 "-keyout", self.key, "-out", self.certificate, "-subj", f"/CN=test authority {name}")

    def issue(self, name, file=None, names="DNS:localhost,IP:127.0.0.1", days=90, folder=None):
        """FILE.pem and FILE.key for the common name; over since yesterday with -1 days. The old ones are replaced in one step."""
        folder = pathlib.Path(folder or self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        file = file or name
        fresh, request, extensions = (folder / f"{file}.{suffix}" for suffix in ("new", "csr", "ext"))
        key, certificate = folder / f"{file}.key", folder / f"{file}.pem"
        if not key.exists():
            _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", key)
        _openssl("req", "-new", "-key", key, "-out", request, "-subj", f"/CN={name}")
        extensions.write_text(f"subjectAltName={names}\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", days,
                 "-extfile", extensions, "-out", fresh)
        fresh.replace(certificate)
        return certificate, key
