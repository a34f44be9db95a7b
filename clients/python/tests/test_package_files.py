"""The wheel and the source distribution, as deploy/package builds them."""
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

from alidade import __version__
from conftest import PACKAGE

PYTHON = "/usr/bin/python3"


def build(source, output):
    output.mkdir()
    subprocess.run([PYTHON, source / "backend.py", output], check=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    return output / f"alidade-{__version__}-py3-none-any.whl", output / f"alidade-{__version__}.tar.gz"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(PACKAGE, tmp_path_factory.mktemp("built") / "out")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The Python of an environment with pip and nothing else: no setuptools, no wheel."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin/python"
    subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "setuptools", "wheel"], check=True)
    return python


@pytest.mark.parametrize("file", [0, 1], ids=["wheel", "source"])
def test_each_is_installed_without_a_network_and_runs(built, bare, file):
    install = [bare, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-cache-dir", "--force-reinstall", built[file]]
    subprocess.run(install, check=True)
    home = bare.parents[1]
    shown = subprocess.run([bare, "-c", "import alidade; print(alidade.__version__, alidade.__file__)"], capture_output=True, text=True, check=True,
                           cwd=home, env={**os.environ, "PYTHONPATH": ""}).stdout.split()
    assert shown[0] == __version__
    assert (home / "lib") in pathlib.Path(shown[1]).parents
    assert (pathlib.Path(shown[1]).parent / "py.typed").exists()
    asked = subprocess.run([bare, "-m", "pip", "show", "--verbose", "alidade"], capture_output=True, text=True, check=True).stdout
    assert f"Version: {__version__}" in asked and "License: MIT" in asked and "alidade = alidade.pytest_plugin" in asked
    assert "Requires: pika" in asked


def test_an_editable_installation_is_the_checkout(bare, tmp_path):
    copy = tmp_path / "python"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    subprocess.run([bare, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", "--editable", copy], check=True)
    shown = subprocess.run([bare, "-c", "import alidade; print(alidade.__file__)"], capture_output=True, text=True, check=True, cwd=tmp_path,
                           env={**os.environ, "PYTHONPATH": ""}).stdout.strip()
    assert shown == str(copy / "src/alidade/__init__.py")


def test_it_is_one_wheel_for_all_and_depends_on_pika_only(built):
    with zipfile.ZipFile(built[0]) as wheel:
        metadata = wheel.read(f"alidade-{__version__}.dist-info/METADATA").decode()
        assert wheel.read(f"alidade-{__version__}.dist-info/WHEEL").decode().count("Tag: py3-none-any") == 1
        assert {name.split("/")[1] for name in wheel.namelist() if name.startswith("alidade/")} >= {"django", "fastapi.py", "testing.py", "_rules.py"}
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert [line.replace(" ", "").replace("(", "").replace(")", "") for line in needed] == ["Requires-Dist:pika>=1.4"]
    assert "Requires-Python: >=3.10" in metadata


def test_the_source_distribution_makes_the_same_wheel(built, tmp_path):
    wheel, source = built
    subprocess.run(["tar", "-xzf", source, "-C", tmp_path], check=True)
    again, _ = build(tmp_path / f"alidade-{__version__}", tmp_path / "out")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        assert [first.read(name) for name in first.namelist()] == [second.read(name) for name in second.namelist()]
