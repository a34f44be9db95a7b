"""A daemon with pages, members of the staff, and months of plausible events."""
import html.parser
import pathlib
import shutil
import subprocess
import sys
import urllib.parse

from harness.client import Client
from harness.daemon import Daemon, run
from harness.store import Store

GENERATE = pathlib.Path(__file__).resolve().parents[3] / "deploy/samples/generate"
PASSWORD = "correct horse battery"
# Name and roles of each member.
STAFF = {"ann": "analyst", "olga": "operator", "rob": "auditor", "max": "operator+auditor"}
DAYS = 40


def staff_file(binary, folder, members=STAFF):
    """Made by the command, once; the same line for each as all have one password."""
    file, config = folder / "staff", folder / "staff.yaml"
    config.write_text(f"store: {{url: 'sqlite://{folder}/alidade.db'}}\ndashboard: {{staff_file: '{file}'}}\n")
    for name, roles in members.items():
        done = run(binary, "staff", "add", name, "--role", roles, "--password-file", "-", "--config", config, input=PASSWORD + "\n")
        assert done.returncode == 0, done
    return file


def generated_store(binary, folder, days=DAYS):
    """A store of so many days, made without a broker."""
    done = subprocess.run([sys.executable, GENERATE, folder, "--days", str(days)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done
    for kind in ("profiler", "intelligence"):
        done = run(binary, "ingest", folder / f"{kind}.jsonl", "--kind", kind, "--store", f"sqlite://{folder}/alidade.db", limit=120)
        assert done.returncode == 0, done
    return folder / "alidade.db"


class Dashboard:
    """A daemon whose pages are on. With a `template` it begins with a copy of that store."""

    def __init__(self, binary, folder, url, settings=None, template=None, staff=STAFF, store_folder=None):
        folder.mkdir(parents=True, exist_ok=True)
        own = {"dashboard": {}}
        if staff:
            own["dashboard"]["staff_file"] = str(staff_file(binary, folder, staff))
        for name, value in (settings or {}).items():
            own[name] = {**own.get(name, {}), **value} if isinstance(value, dict) else value
        self.daemon = Daemon(binary, folder, url, own, store_folder=store_folder)
        if template:
            shutil.copy(template, self.daemon.store_path)
        self.store = Store(self.daemon.store_path)
        self.address = self.daemon.settings["http"]["listen"]
        self.base = f"http://{self.address}"
        self._members = {}

    def start(self):
        self.daemon.start()
        self._members = {}
        return self

    def visitor(self, **more):
        return Client(self.address, **more)

    def member(self, name):
        """Somebody who is signed in; the same client each time."""
        if name not in self._members:
            client = self.visitor()
            answer = client.login(name, PASSWORD)
            assert (answer.status, answer.location) == (303, "/telemetry/"), answer
            self._members[name] = client
        return self._members[name]

    def metrics(self, *arguments):
        """What the command line says, as text."""
        done = self.daemon.run("metrics", *arguments, "--json")
        assert done.returncode == 0, done
        return done.stdout

    def close(self):
        self.daemon.kill()


class Document(html.parser.HTMLParser):
    """What a page has, in order: elements with their attributes, and all text."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self._open = [], [], []
        self.feed(text)
        self.close()
        assert not self._open, f"{self._open} are not closed"

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID and not self.get_starttag_text().endswith("/>"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open and self._open[-1] == tag, f"</{tag}> within {self._open}"
        self._open.pop()

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, **attributes):
        return [found for name, found in self.elements if name == tag
                and all(found.get(key) == value for key, value in attributes.items())]

    def links(self):
        return [found["href"] for tag, found in self.elements if tag == "a" and found.get("href")]


def crawl(client, start="/telemetry/", most=400, per_path=3):
    """Follows the links of pages to pages, a few of each path; yields address and answer. Of `/telemetry/signals/7/` and its like a few, too."""
    waiting, seen, counts = [start], {start}, {}
    while waiting and len(seen) <= most + len(waiting):
        address = waiting.pop(0)
        answer = client.get(address)
        yield address, answer
        if answer.status != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for link in Document(answer.text).links():
            found = urllib.parse.urljoin(address, link).partition("#")[0]
            path = found.partition("?")[0]
            shape = "/".join(part if part.replace("_", "").isalpha() else "*" for part in path.split("/"))
            if "/metrics/" in path and not path.endswith("/metrics/"):
                shape = "metrics" + path[-4:] * path.endswith((".svg", ".csv")) + ".json" * path.endswith(".json")
            if not found.startswith("/") or found in seen or counts.get(shape, 0) >= per_path * (8 if shape == "metrics" else 1):
                continue
            seen.add(found)
            counts[shape] = counts.get(shape, 0) + 1
            waiting.append(found)
