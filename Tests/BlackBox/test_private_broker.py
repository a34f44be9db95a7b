"""deploy/broker, which the tests and the demonstration stand on: it starts on a machine that is slow, and leaves nothing behind."""
import os
import subprocess

import pytest

from harness.broker import SCRIPT, Broker
from harness.marked import Mark

# A machine on which a new session takes its time to begin, and the first server does not come up.
SETSID = """#!/bin/sh
sleep 0.5
if echo "$*" | grep -q rabbitmq-server && mkdir "$TRIED" 2>/dev/null; then
  exec /usr/bin/setsid sh -c 'echo $$ >server.pid; echo the first one failed'
fi
exec /usr/bin/setsid "$@"
"""


@pytest.fixture
def mark():
    mark = Mark()
    yield mark
    mark.kill()


def test_a_server_that_did_not_start_is_tried_again_and_nothing_is_left_after_the_stop(tmp_path, mark):
    folder, setsid = tmp_path / "broker", tmp_path / "bin/setsid"
    setsid.parent.mkdir()
    setsid.write_text(SETSID)
    setsid.chmod(0o755)
    environment = {
        **os.environ, "PATH": f"{setsid.parent}:{os.environ['PATH']}", "TRIED": str(tmp_path / "tried"), **mark.variable}

    def broker(verb):
        done = subprocess.run([SCRIPT, verb, folder], capture_output=True, text=True, timeout=120, env=environment)
        assert done.returncode == 0, done
        return done

    started = broker("start")
    assert "RabbitMQ did not start" in started.stderr and "the first one failed" in started.stderr and "trying again" in started.stderr
    assert started.stdout.strip() == Broker(folder).url
    broker("kill")
    assert broker("restart").stderr == ""
    assert Broker(folder).new_host().depths() == {}
    broker("stop")
    assert mark.running() == []
