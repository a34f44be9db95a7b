"""The wheel and the source distribution, as deploy/package builds them."""
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from alidade import __version__
from conftest import PACKAGE, environment

PYTHON = "/usr/bin/python3"


def build(folder, output):
    output.mkdir()
    done = subprocess.run([PYTHON, PACKAGE / "build", folder, output], capture_output=True, text=True,
                          env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    assert done.returncode == 0, done.stderr
    return output / f"alidade-{__version__}-py3-none-any.whl", output / f"alidade-{__version__}.tar.gz"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    copy = folder / "source"
    copy.mkdir()
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(PACKAGE / name, copy)
    shutil.copytree(PACKAGE / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return build(copy, folder / "out")


def test_the_wheel_is_installed_without_a_network_and_runs(built, tmp_path):
    wheel, _ = built
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", tmp_path / "site", wheel], check=True)
    more = environment()
    more["PYTHONPATH"] = str(tmp_path / "site")
    shown = subprocess.run([sys.executable, "-c", "import alidade; print(alidade.__version__, alidade.__file__)"], capture_output=True, text=True, check=True,
                           env=more).stdout.split()
    assert shown == [__version__, str(tmp_path / "site/alidade/__init__.py")]
    assert (tmp_path / "site/alidade/py.typed").exists()


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
