"""A command's largest resident memory."""
import pathlib
import subprocess
import sys
import tempfile

from harness.daemon import PATIENCE, clean_environment

# What is started here, and not by the tests' own process, starts the command: the kernel counts what a process occupied before it became
# the command (exec) as the command's peak, and the tests occupy hundreds of MiB by the end of a run.
STARTER = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status if status >= 0 else 128 - status)
"""


def run_measured(binary, *arguments, environment=None, limit=300):
    """Runs the command to its end; what it said and its peak in KiB."""
    with tempfile.TemporaryDirectory() as folder:
        peak = pathlib.Path(folder) / "peak"
        done = subprocess.run(
            [sys.executable, "-S", "-c", STARTER, peak, binary, *map(str, arguments)], capture_output=True, text=True, timeout=limit * PATIENCE,
            env=clean_environment(environment))
        return done, int(peak.read_text())
