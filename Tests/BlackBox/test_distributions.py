"""Where else the program is installed: on a newer Debian from the same package, and in a container from deploy/Dockerfile.

There is no container engine in these tests: the steps of the image's last stage are done one by one in a minimal root, as an engine would.
"""
import json
import pathlib
import re
import shlex
import shutil
import signal
import subprocess

import pytest

from harness.daemon import free_port
from harness.events import body_of
from harness.installed import PROJECT
from harness.root import dependencies, entered, make_root
from harness.store import Store
from harness.waiting import wait_until


@pytest.mark.parametrize("release", ["trixie"])
def test_the_package_installs_and_works_on_a_newer_debian(packages, ledger, release):
    with entered(make_root("newer", release, dependencies(packages.first))) as tree:
        shutil.copy(packages.first, tree.path / "alidade.deb")
        tree.run("dpkg", "--install", "/alidade.deb")
        assert tree.run("alidade", "version").stdout.startswith("alidade ")
        assert "not found" not in tree.run("ldd", "/usr/bin/alidade").stdout
        events = b"".join(body_of(ledger.maker.recommendation_document()) + b"\n" for _ in range(200)).decode()
        tree.run("alidade", "ingest", "-", "--kind", "intelligence", "--store", "sqlite:///tmp/alidade.db", input=events)
        assert Store(tree.path / "tmp/alidade.db").tally()["stored"] == 200
        tree.run("alidade", "store", "check", "--store", "sqlite:///tmp/alidade.db")
        tree.run("dpkg", "--purge", "alidade")


def final_stage():
    """The instructions of the Dockerfile's last stage: word and rest, lines joined."""
    text = (PROJECT / "deploy/Dockerfile").read_text()
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ").splitlines()
    instructions = [tuple(line.split(None, 1)) for line in lines if line.strip()]
    last = max(n for n, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[last:]


class Image:
    """What building the last stage leaves in a tree, and how a container of it is started."""

    def __init__(self, tree, binary):
        self.tree, self.environment, self.user, self.listed = tree, [], None, {}
        for word, rest in final_stage():
            match word:
                case "FROM" | "LABEL" | "EXPOSE" | "VOLUME" | "STOPSIGNAL" | "HEALTHCHECK" | "ENTRYPOINT" | "CMD":
                    self.listed[word] = rest
                case "RUN":
                    tree.run("/bin/sh", "-c", rest, limit=600)
                case "ENV":
                    self.environment += shlex.split(rest)
                case "USER":
                    self.user = rest.split(":")[0]
                case "COPY":
                    *source, target = shlex.split(rest)
                    self._copy(binary if source[0].startswith("--from=") else PROJECT / source[0], tree.path / target.lstrip("/"))
                case _:
                    raise AssertionError(f"the test does not know {word}")

    def _copy(self, source, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if pathlib.Path(source).is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)

    def argv(self, word):
        return json.loads(re.search(r"\[.*\]", self.listed[word]).group(0))

    def command(self, *command, environment=()):
        return self.tree.command(*command, environment=[*self.environment, *environment], user=self.user)


def test_the_image_by_the_steps_of_its_dockerfile(binary, host, ledger):
    assert final_stage()[0][1].startswith("debian:bookworm")
    with entered(make_root("image", "bookworm", [])) as tree:
        tree.use_network()
        image = Image(tree, binary)
        listen = free_port()
        environment = [f"ALIDADE_BROKER_URL={host.url}", f"ALIDADE_HTTP_LISTEN=0.0.0.0:{listen}"]
        health = image.command(*image.argv("HEALTHCHECK"), environment=environment)
        assert subprocess.run(health, capture_output=True, timeout=240).returncode == 1
        output = tree.path.parent / "log"
        with open(output, "wb") as log:
            container = subprocess.Popen(
                image.command(*image.argv("ENTRYPOINT"), *image.argv("CMD"), environment=environment), stdout=log, stderr=log)
        try:
            ledger.publish(100)
            store = Store(tree.path / "var/lib/alidade/alidade.db")
            wait_until("there was a store", lambda: store.path.exists())
            store.await_received(ledger.copies())
            wait_until("the health check passed", lambda: subprocess.run(health, capture_output=True, timeout=240).returncode == 0)
            assert image.listed["VOLUME"].strip() == "/var/lib/alidade" and int(image.user) == store.path.stat().st_uid != 0
            children = pathlib.Path(f"/proc/{container.pid}/task/{container.pid}/children").read_text().split()
            subprocess.run(["kill", f"-{image.listed['STOPSIGNAL'].strip()}", *children], check=True)
            assert container.wait(30) == 0
        finally:
            container.send_signal(signal.SIGKILL)
            container.wait(30)
            print(output.read_text(errors="replace"))  # pytest shows it if the test failed
