"""`python -m alidade`, and the figures that it measures: those that CI holds are asserted here, with generous factors."""
import json
import subprocess
import sys

import pytest

from alidade import bench
from conftest import directories, environment, messages, run
from harness.waiting import PATIENCE

# Machines that test are busy with other things, and a thread that does not get the processor waits whatever it does. So what a call costs is asserted
# in time of the processor, and what a clock on the wall says with room.
FACTOR = 8


def command(*arguments, input=None, **more):
    return subprocess.run([sys.executable, "-m", "alidade", *map(str, arguments)], input=input, capture_output=True, text=True,
                          timeout=120 * PATIENCE, env=environment(**more))


def lines(done):
    return {line.split()[1]: line.split()[0] for line in done.stdout.splitlines() if line[:4] in ("ok  ", "FAIL")}


def test_check_finds_everything_in_place_and_sends_an_event_where_it_is_asked_to(daemon, store, host, spool):
    done = command("--url", host.url, "--spool", spool, "check", "--event", 42)
    assert done.returncode == 0, done.stdout
    assert lines(done) == dict.fromkeys(("spool", "pika", "broker", "publish", "profiler-telemetry", "intelligence-events", "daemon", "event"), "ok")
    assert store.value("SELECT admin_user_id FROM admin_view_telemetry") == 42
    assert command("--url", host.url, "--spool", spool, "check").returncode == 0
    assert store.tally()["received"] == 1 and directories(spool) == []


def test_check_says_what_is_wrong_and_what_to_do(host, broker, spool):
    done = command("--url", "amqp://guest:guest@127.0.0.1:1/", "--spool", spool, "check")
    assert done.returncode == 2 and "FAIL  broker              127.0.0.1:1 refused the connection" in done.stdout
    done = command("--url", host.url, "--spool", "/proc/nowhere", "check")
    found = lines(done)
    assert done.returncode == 2 and [found[name] for name in ("spool", "broker", "publish", "profiler-telemetry", "daemon")] == [
        "FAIL", "ok", "FAIL", "FAIL", "FAIL"]
    assert "run alidade topology declare" in done.stdout and "set ALIDADE_SPOOL_DIR" in done.stdout
    done = command("--url", host.url.replace("guest:guest", "guest:secret"), "--spool", spool, "check")
    assert "refused the login of guest" in done.stdout and "secret" not in done.stdout


def test_a_user_who_may_not_publish_is_told(host, broker, spool):
    host.declare("classic")
    url = host.permit(f"reader-{host.name}", "secret", "", "amq.default")
    done = command("--url", url, "--spool", spool, "check")
    assert lines(done)["publish"] == "FAIL" and "the user needs write on the exchange" in done.stdout


def test_a_wrong_option_is_told_with_the_status_of_a_wrong_configuration():
    done = command("check", ALIDADE_BROKER_URL="nonsense")
    assert done.returncode == 78 and "amqp://" in done.stderr


def test_drain_sends_what_dead_processes_left(bound, spool):
    for first in (1, 101):
        run("""
            import os, sys, alidade
            for number in range(int(sys.argv[1]), int(sys.argv[1]) + 100): alidade.get_telemetry().track_dashboard_open(number)
            os._exit(0)
        """, first, ALIDADE_BROKER_URL="amqp://guest:guest@127.0.0.1:1/", ALIDADE_SPOOL_DIR=spool)
    assert len(directories(spool)) == 2
    done = command("--url", "amqp://guest:guest@127.0.0.1:1/", "drain", spool, "--timeout", 1)
    assert done.returncode == 1 and done.stdout == "sent 0 events; 2 directories are left\n"
    done = command("--url", bound.url, "drain", spool)
    assert done.returncode == 0 and done.stdout == "sent 200 events\n", done.stderr
    assert {json.loads(body)["admin_user_id"] for _, _, body in messages(bound)} == set(range(1, 201))
    assert directories(spool) == []


def test_send_prints_a_receipt_for_each_line(daemon, host, spool):
    events = [{"event_type": "DASHBOARD_OPEN", "admin_user_id": number} for number in (1, 0)]
    done = command("--url", host.url, "--spool", spool, "send", "-", "--kind", "intelligence", "--timeout", 60,
                   input="\n".join(json.dumps(event) for event in events) + "\n\n")
    assert done.returncode == 2, done.stderr
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["stored", "quarantined"]


def measured(name, *arguments):
    done = subprocess.run([sys.executable, "-m", "alidade.bench", name, *map(str, arguments)], capture_output=True, text=True, env=environment(),
                          timeout=300 * PATIENCE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bound_of(name):
    return bench.BOUNDS[name][1] * FACTOR


@pytest.mark.parametrize("trouble", ["refused", "black hole"])
def test_a_call_costs_microseconds_whatever_is_wrong_with_the_broker(trouble, spool):
    with bench.black_hole() as hole:
        found = measured("track", hole if trouble == "black hole" else bench.refused(), spool, 20_000)
    assert found["p50"] <= bound_of("idle p50")
    assert found["cpu p99"] <= bound_of(f"{trouble} p99")
    assert found["worst"] <= bound_of(f"{trouble} worst")


def test_a_call_costs_microseconds_beside_a_sender_that_is_idle_or_sends(bound, spool):
    found = measured("track", bound.url, spool, 20_000)
    assert found["p50"] <= bound_of("idle p50")
    assert found["cpu p99"] <= bound_of("idle p99")


def test_a_call_does_not_wait_for_a_backlog_that_is_sent(bound, spool):
    assert measured("beside", bound.url, spool, 20_000)["p99"] <= bound_of("while 10,000 are sent p99")


def test_importing_it_costs_less_than_importing_asyncio_alone():
    assert bench.import_milliseconds() < bench.import_milliseconds("asyncio")


def test_leaving_with_a_dead_broker_takes_no_longer_than_it_may(spool):
    assert measured("exit", spool) <= bound_of("exit with a dead broker")


@pytest.mark.parametrize("count", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_memory_stays_flat_while_the_broker_is_away(count, spool):
    assert measured("memory", spool, count) <= bench.BOUNDS["memory of 1,000,000 events"][1]


def test_without_a_spool_memory_stays_below_its_limit(configured):
    telemetry = configured(spool=None, queue_max_events=10 ** 9, queue_max_bytes=2_000_000)
    for number in range(20_000):
        telemetry.track_dashboard_open(number + 1)
    assert telemetry.stats().waiting_bytes <= 2_000_000 and telemetry.stats().dropped["queue_full"] > 0


def test_bench_prints_each_figure_with_its_bound(spool):
    done = command("--spool", spool, "bench", "--count", 500, "--memory", 1000, "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) < set(bench.BOUNDS)
