"""Fixtures that the black-box tests and those of the Python client have in common."""
import os
import pathlib

import pytest

from harness.broker import Broker, SecureBroker


def program(variable):
    """The program that a variable of the environment names."""
    path = os.environ.get(variable)
    if not path or not pathlib.Path(path).is_file():
        pytest.fail(f"{variable} must name the built program (deploy/test builds it and sets the variable)", pytrace=False)
    return path


@pytest.fixture(scope="session")
def binary():
    return program("ALIDADE_BINARY")


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    folder = os.environ.get("ALIDADE_TEST_BROKER_DIR")
    if folder:
        yield Broker(folder)
        return
    own = Broker(tmp_path_factory.mktemp("broker"))
    own.start()
    yield own
    own.stop()


@pytest.fixture(scope="session")
def secure_broker(tmp_path_factory):
    broker = SecureBroker(tmp_path_factory.mktemp("secure"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def host(broker):
    """A virtual host that only this test uses."""
    host = broker.new_host()
    yield host
    broker.remove_host(host)
