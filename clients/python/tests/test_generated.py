"""What is generated is not stale, versions agree, and the types are right."""
import os
import shutil
import subprocess
import sys

from alidade import __version__, _rules
from conftest import PACKAGE


def test_the_rules_are_those_of_the_daemon(binary):
    done = subprocess.run([PACKAGE / "generate", "--check", binary], capture_output=True, text=True)
    assert done.returncode == 0, f"run clients/python/generate {binary}:\n{done.stdout}{done.stderr}"


def test_a_rule_that_is_stale_is_found(binary, tmp_path):
    shutil.copytree(PACKAGE / "src/alidade", tmp_path / "src/alidade", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "generate", tmp_path)
    rules = tmp_path / "src/alidade/_rules.py"
    rules.write_text(rules.read_text().replace("86400000", "86400001"))
    done = subprocess.run([tmp_path / "generate", "--check", binary], capture_output=True, text=True)
    assert done.returncode == 1 and "-" in done.stdout and "86400001" in done.stdout


def test_the_version_is_the_daemons(binary):
    assert subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip() == __version__ == _rules.DAEMON_VERSION


def mypy(*arguments):
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "--config-file", PACKAGE / "pyproject.toml", *map(str, arguments)],
                          capture_output=True, text=True, cwd=PACKAGE)


USE = '''
from datetime import datetime, timezone

import alidade
from alidade.telemetry import EXPLANATION_ENGINE_VERSION, IntelligenceTelemetry, get_telemetry

telemetry: IntelligenceTelemetry = get_telemetry()
event_id: str | None = telemetry.track_recommendation_accept(1, 42, "mentoring", "HIGH", 1200, occurred_at=datetime.now(timezone.utc))
rate: float = telemetry.get_override_rate(days=7)["override_rate"]
receipt: alidade.Receipt = telemetry.send_profiler({"user_id": 1})
model: str | None = receipt.alignment.model if receipt.alignment else None
for aggregate in telemetry.aggregates(metrics=("override_rate",)):
    revision: int = aggregate.revision
stats: alidade.Stats = alidade.stats()
'''


def test_the_package_and_its_use_pass_mypy_strict(tmp_path):
    (tmp_path / "use.py").write_text(USE)
    done = mypy("src/alidade", tmp_path / "use.py")
    assert done.returncode == 0, done.stdout


def test_a_wrong_use_does_not(tmp_path):
    wrong = {'"HIGH"': '"HIHG"', 'days=7': 'dais=7', ', occurred_at=datetime': ', occured_at=datetime', '(1, 42,': '("x", 42,'}
    for number, (old, new) in enumerate(wrong.items()):
        assert old in USE
        (tmp_path / f"wrong_{number}.py").write_text(USE.replace(old, new, 1))
    done = mypy(*sorted(tmp_path.glob("wrong_*.py")))
    for number in range(len(wrong)):
        assert f"wrong_{number}.py:" in done.stdout, done.stdout
