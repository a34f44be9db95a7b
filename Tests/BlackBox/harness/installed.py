"""The Debian package, as it is shipped and as it stands in a machine."""
import os
import pathlib
import re
import subprocess

from harness.daemon import free_port, yaml
from harness.machine import Service
from harness.store import Store
from harness.waiting import wait_until

PROJECT = pathlib.Path(__file__).resolve().parents[3]
CONFIG = "/etc/alidade/alidade.yaml"
STORE = "/var/lib/alidade/alidade.db"
UNITS = ("alidade.service", "alidade@.service", "alidade-backup.service", "alidade-backup.timer")


def build(binary, folder, *options):
    """Makes the package as it is shipped."""
    done = subprocess.run(
        [PROJECT / "deploy" / "package", "--binary", binary, *options, folder], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"deploy/package failed:\n{done.stdout}{done.stderr}"
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def newer(package, folder):
    """The package as its next revision would be: another version, another default configuration."""
    tree = folder / "newer"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^(Version: .*-)1$", r"\g<1>2", control.read_text(), flags=re.M))
    with open(tree / CONFIG.lstrip("/"), "a") as config:
        config.write("# a later default\n")
    made = package.with_name(package.name.replace("-1_", "-2_"))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, capture_output=True)
    return made


def write_broker(machine, url, file=CONFIG, **more):
    """A configuration whose broker section is this and which has nothing else but `more`."""
    machine.write(file, yaml({"broker": {"url": url, **more.pop("broker", {})}, **more}) + "\n")


class Installed(Service):
    """alidade.service in a machine that has the package."""

    def __init__(self, machine, packages):
        super().__init__(machine, "alidade.service")
        self.packages = packages

    def configure(self, broker, *directives, **variables):
        """Before the installation: the tests' broker, a port of its own, and whatever the test needs to be quicker."""
        self.listen = f"127.0.0.1:{free_port()}"
        settings = {"ALIDADE_BROKER_URL": broker, "ALIDADE_HTTP_LISTEN": self.listen, **variables}
        lines = [*(f"Environment={name}={value}" for name, value in settings.items()), *directives]
        self.drop_in("test", "[Service]\n" + "\n".join(lines) + "\n")

    def install(self, package=None, wait=True):
        self.machine.run("dpkg", "--force-confold", "--install", f"/mnt/{(package or self.packages.first).name}")
        if wait:
            self.wait_consuming()
        return self

    def wait_consuming(self, limit=30):
        """Active is a service that waits for its broker, too."""
        self.wait_state("active", limit)
        try:
            wait_until("it consumed", lambda: self.show("StatusText").startswith("stored "), limit)
        except AssertionError as error:
            raise AssertionError(f"{error}; it says {self.show('StatusText')}:\n{self.journal()[-3000:]}") from None

    def store(self):
        return Store(self.machine.path(STORE))

    def host_pid(self):
        """The daemon's number as the host sees it."""
        inside = str(self.pid())
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                same_root = os.readlink(status.parent / "ns" / "cgroup") == os.readlink(f"/proc/{self.machine.leader}/ns/cgroup")
            except OSError:
                continue
            numbers = re.search(r"^NSpid:\s+(.*)$", text, re.M).group(1).split()
            if len(numbers) > 1 and numbers[-1] == inside and same_root:
                return int(status.parent.name)
        raise AssertionError(f"no process of the host is {inside} in the machine")
