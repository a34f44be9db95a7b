"""Debian's nginx, in a folder of its own, with a server block that a test gives it."""
import pathlib
import shutil
import subprocess

from harness.waiting import wait_until


class Nginx:
    """Runs until it is stopped; one process, with the rights of the test."""

    def __init__(self, folder, servers):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "nginx.conf"
        places = "".join(f"    {name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.config.write_text(
            f"daemon off;\nmaster_process off;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{}}\nhttp {{\n    access_log off;\n{places}{servers}\n}}\n")
        self.process = None

    def start(self):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
        assert program, "nginx is not installed; deploy/test installs it"
        self.process = subprocess.Popen([program, "-c", self.config, "-p", self.folder, "-e", self.folder / "error.log"])

        def has_begun():
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            return (self.folder / "pid").exists()
        wait_until("nginx served", has_begun)
        return self

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
