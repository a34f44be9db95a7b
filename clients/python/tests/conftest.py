"""Fixtures of the client's tests: a real RabbitMQ, the real daemon, real processes; nothing is mocked.

ALIDADE_BINARY            the program
ALIDADE_TEST_BROKER_DIR   a folder in which deploy/broker runs a broker; without it one is started for the session
ALIDADE_TEST_DJANGO_4     site-packages with Django 4.2; without it `make` beside the producers makes them
"""
import logging
import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

TESTS = pathlib.Path(__file__).resolve().parent
PACKAGE = TESTS.parent
PROJECT = PACKAGE.parents[1]
sys.path[:0] = [str(PACKAGE / "src"), str(PROJECT / "Tests/BlackBox")]

from harness.daemon import Daemon  # noqa: E402
from harness.fixtures import binary, broker, host, secure_broker  # noqa: E402, F401
from harness.store import Store  # noqa: E402
from harness.waiting import PATIENCE, wait_until  # noqa: E402

import alidade  # noqa: E402

pytest_plugins = ["alidade.pytest_plugin"]
from alidade import telemetry  # noqa: E402


def pytest_configure(config):
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # connections that break are what many tests are about
    config.addinivalue_line("markers", "slow: a long fault test, left out by deploy/test --quick")


@pytest.fixture
def bound(host):
    """The same, with the exchange and queues of events."""
    host.declare("classic")
    return host


@pytest.fixture
def daemon(binary, host, tmp_path):
    """A daemon that runs."""
    daemon = Daemon(binary, tmp_path / "run", host.url, {"aggregates": {"interval_seconds": 1}})
    daemon.start()
    yield daemon
    daemon.kill()


@pytest.fixture
def store(daemon):
    return Store(daemon.store_path)


@pytest.fixture
def spool(tmp_path):
    return tmp_path / "spool"


@pytest.fixture
def configured(spool):
    """Configures the client of this process; it is closed at the end of the test."""
    def configure(url="amqp://guest:guest@127.0.0.1:1/", **options):
        alidade.configure(**{"url": url, "spool": str(spool), "service": "tests", "retry_seconds": 0.3, "explanation_version": "v1", **options})
        return alidade.get_telemetry()

    yield configure
    client, telemetry._default = telemetry._default, None
    if client is not None:
        client.close(0.2)
    telemetry.get_telemetry()._cache.clear()


def environment(**more):
    """For programs of their own: the package, and nothing of what is set outside."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALIDADE_")}
    clean["PYTHONPATH"] = os.pathsep.join([*(str(path) for path in more.pop("paths", ())), str(PACKAGE / "src")])
    clean["PYTHONUNBUFFERED"] = "1"
    return {**clean, **{name: str(value) for name, value in more.items()}}


def program(code, *arguments, python=sys.executable, **more):
    """Starts a program; its output can be read."""
    return subprocess.Popen([python, "-c", textwrap.dedent(code), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=environment(**more))


def run(code, *arguments, limit=60, status=0, **more):
    """Runs a program to its end; what it printed."""
    started = program(code, *arguments, **more)
    try:
        out, err = started.communicate(timeout=limit * PATIENCE)
    finally:
        started.kill()
    assert started.returncode == status, f"{started.returncode}\n{out}\n{err}"
    return out


@pytest.fixture(scope="session")
def django_4():
    """A folder with Django 4.2."""
    given = os.environ.get("ALIDADE_TEST_DJANGO_4")
    if given:
        return given
    python = subprocess.run([PROJECT / "Tests/BlackBox/producers/make", "django-4", TESTS / "django-4.txt"], stdout=subprocess.PIPE, text=True, check=True)
    folder = pathlib.Path(python.stdout.strip()).parents[1]
    return str(next(folder.glob("lib/python3*/site-packages")))


@pytest.fixture(params=["4.2", "5.2"])
def either_django(request):
    """The paths of each Django that is supported."""
    return [request.getfixturevalue("django_4")] if request.param == "4.2" else []


@pytest.fixture
def django():
    """The newer one, for what does not depend on it."""
    return []


def messages(host, queue="intelligence-events"):
    """Takes everything that is in a queue: properties and body."""
    found = []
    with host.connect() as connection:
        channel = connection.channel()
        while True:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append((method, properties, body))


def wait_ready(host, count, queue="intelligence-events", limit=30):
    wait_until(f"{count} messages were in {queue}", lambda: host.ready(queue) >= count, limit)


def directories(root):
    """Those of processes in a spool."""
    from alidade.spool import folders

    return list(folders.directories(str(root)))
