"""Fixtures of the black-box tests: the built program against a real RabbitMQ, nothing mocked.

ALIDADE_BINARY          the program (release)
ALIDADE_FAULTY_BINARY   its debug build, which has the seeded bugs that the tests must be able to find
ALIDADE_TEST_BROKER_DIR a folder in which deploy/broker runs a broker; without it one is started for the session
"""
import logging
import types

import pytest

from harness.browser import Browser
from harness.daemon import Daemon
from harness.dashboard import Dashboard, generated_store
from harness.fixtures import binary, broker, host, program, secure_broker  # noqa: F401
from harness.installed import Installed, build, newer
from harness.ledger import Ledger
from harness.machine import Machine, machine_root
from harness.shards import part_of
from harness.store import Store


def pytest_addoption(parser):
    parser.addoption("--part", metavar="N/M", help="only the N-th of M parts of the tests, for several runs side by side")


def pytest_collection_modifyitems(config, items):
    if part := config.getoption("--part"):
        number, count = map(int, part.split("/"))
        items[:] = part_of(list(items), number, count)


def pytest_configure(config):
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # connections that break are what many tests are about
    config.addinivalue_line("markers", "slow: a long fault test, left out by deploy/test --quick")


@pytest.fixture(scope="session")
def faulty_binary():
    return program("ALIDADE_FAULTY_BINARY")


@pytest.fixture
def make_daemon(binary, host, tmp_path):
    """Makes daemons that are killed at the end of the test, whatever happened."""
    made = []

    def make(settings=None, program=binary, name="run", **more):
        made.append(Daemon(program, tmp_path / name, host.url, settings, **more))
        return made[-1]

    yield make
    for daemon in made:
        daemon.kill()


@pytest.fixture
def daemon(make_daemon):
    """A daemon with the default settings, not yet started."""
    return make_daemon()


@pytest.fixture
def store(daemon):
    return Store(daemon.store_path)


@pytest.fixture
def ledger(host, request):
    """A ledger whose random numbers depend on the test's name only."""
    ledger = Ledger(host, seed=request.node.nodeid.encode())
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def packages(binary, tmp_path_factory):
    """This version and the next revision of it, in a folder that the machines see as /mnt."""
    folder = tmp_path_factory.mktemp("package")
    first = build(binary, folder, "--check")
    return types.SimpleNamespace(folder=folder, first=first, second=newer(first, tmp_path_factory.mktemp("newer")))


@pytest.fixture(scope="session")
def root(packages):
    return machine_root(packages.first)


@pytest.fixture
def machine(root, packages):
    """A machine that has just been booted; nothing of ours is installed yet."""
    machine = Machine(root, packages.folder)
    try:
        yield machine.boot()
    finally:
        machine.stop()


@pytest.fixture
def service(machine, packages):
    return Installed(machine, packages)


@pytest.fixture
def running(service, host):
    """Installed with the tests' broker, active."""
    service.configure(host.url)
    return service.install()


@pytest.fixture(scope="session")
def generated(binary, tmp_path_factory):
    """A store with some weeks of plausible events; whoever writes works on a copy."""
    return generated_store(binary, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def make_dashboard(binary, broker, tmp_path_factory):
    """Makes daemons with pages that live as long as the module."""
    made = []

    def make(settings=None, **more):
        host = broker.new_host()
        made.append(Dashboard(binary, tmp_path_factory.mktemp("pages"), host.url, settings, **more))
        made[-1].host = host
        return made[-1]

    yield make
    for dashboard in made:
        dashboard.close()
        broker.remove_host(dashboard.host)


@pytest.fixture(scope="module")
def site(make_dashboard, generated):
    """The pages of a daemon with weeks of events."""
    return make_dashboard(template=generated).start()


@pytest.fixture(scope="module")
def make_browser(tmp_path_factory):
    """Makes windows that live as long as the module; what they leave, pictures too, is below the base folder."""
    made = []

    def make(site, *arguments):
        made.append(Browser(tmp_path_factory.mktemp("browser"), site, *arguments))
        return made[-1]

    yield make
    for browser in made:
        browser.close()


@pytest.fixture(scope="module")
def browser(make_browser, site):
    return make_browser(site)
