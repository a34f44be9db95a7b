"""What an application does to the client without meaning to: it never raises, never waits, loses nothing, and says once what is wrong."""
import json
import os
import shutil
import threading
import time

import pytest

import alidade
from alidade.bench import refused
from alidade.spool import folders
from alidade.spool.reader import SpoolReader
from conftest import directories, messages, run, wait_ready
from harness.waiting import wait_until

DEAD = "amqp://guest:guest@127.0.0.1:1/"


def settings(url, spool, **more):
    return {"ALIDADE_BROKER_URL": url, "ALIDADE_SPOOL_DIR": spool, "ALIDADE_SERVICE": "tests", "ALIDADE_EXPLANATION_VERSION": "v1", **more}


def test_an_exception_of_a_signal_handler_in_the_middle_of_a_call_costs_that_call_at_most(spool):
    out = run("""
        import signal, time, alidade
        from alidade.spool.reader import SpoolReader
        class Interrupted(Exception): pass
        def interrupt(*_): raise Interrupted
        telemetry = alidade.get_telemetry()
        telemetry.track_dashboard_open(1)
        time.sleep(0.5)
        promised, count = [], 0
        signal.signal(signal.SIGALRM, interrupt)
        for number in range(3000):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.00005 + number % 40 * 0.000005)
                for _ in range(40):
                    promised.append(telemetry.track_dashboard_open(number + 2))
            except Interrupted:
                count += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        client = telemetry.client
        assert telemetry.track_dashboard_open(1) and not client._writing and not client._deferred
        kept = {flight.record.event_id for flight in SpoolReader(client.writer.path, client.writer).take(1_000_000)}
        promised = {event_id for event_id in promised if event_id is not None}
        # One that came in the middle of what catches everything is counted there.
        count += telemetry.stats().dropped.get("error", 0)
        print(promised <= kept, count > 500, len(promised) > 500)
    """, **settings(DEAD, spool, ALIDADE_RETRY_SECONDS=30))
    assert out.strip() == "True True True"


def test_a_disk_that_is_full_for_a_moment_leaves_no_directories_behind(configured, monkeypatch, tmp_path):
    real = os.open

    def full(path, *more, **named):
        if str(path).endswith("owner.lock"):
            raise OSError(28, "No space left on device")
        return real(path, *more, **named)

    telemetry = configured()
    monkeypatch.setattr(os, "open", full)
    for _ in range(5):
        telemetry.client._spool_again = 0.0
        assert telemetry.track_dashboard_open(1) is not None
    monkeypatch.undo()
    assert directories(tmp_path / "spool") == [] and len(telemetry.client.memory) == 5


def test_the_limit_of_open_files_costs_no_event(spool, bound):
    """Reached before the first event, so that nothing can be opened: no spool, no thread, no socket; and given back later."""
    out = run("""
        import os, resource, time, alidade
        telemetry = alidade.get_telemetry()
        assert telemetry.stats().accepted == 0
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        kept = []
        try:
            while True: kept.append(os.open("/dev/null", os.O_RDONLY))
        except OSError: pass
        first = [telemetry.track_dashboard_open(number) for number in range(1, 6)]
        for descriptor in kept: os.close(descriptor)
        time.sleep(1.2)
        rest = [telemetry.track_dashboard_open(number) for number in range(6, 11)]
        print(None not in first + rest, telemetry.flush(30), telemetry.stats().dropped)
    """, **settings(bound.url, spool))
    assert out.strip() == "True True {}"
    assert sorted(json.loads(body)["admin_user_id"] for _, _, body in messages(bound)) == list(range(1, 11))


def test_a_spool_that_somebody_removes_is_made_again_and_what_was_in_it_is_sent(configured, bound, tmp_path, caplog, spool):
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    telemetry = configured(bound.url.replace("guest:guest@", "guest@"), password_file=str(secret))
    for number in range(1, 101):
        assert telemetry.track_dashboard_open(number)
    wait_until("it was tried", lambda: telemetry.stats().last_error)
    shutil.rmtree(spool)
    wait_until("it was noticed", lambda: telemetry.client.writer is None)
    for number in range(101, 201):
        assert telemetry.track_dashboard_open(number)
    assert len(directories(spool)) == 1
    secret.write_text("guest\n")
    assert telemetry.flush(60)
    assert sorted(json.loads(body)["admin_user_id"] for _, _, body in messages(bound)) == list(range(1, 201))
    assert ["was removed while it was in use" in record.getMessage() for record in caplog.records].count(True) == 1


def test_names_that_only_look_like_numbers_are_left_alone(configured, spool):
    for name in ("1-²-abcd", "²-1-abcd"):
        (spool / "tests" / name).mkdir(parents=True)
    telemetry = configured()
    assert telemetry.track_dashboard_open(1) is not None and telemetry.client.writer is not None
    (folder,) = directories(spool)
    with open(os.path.join(folder, "0000000².log"), "w"):
        pass
    assert folders.segments(folder) == [1]


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user")
def test_a_folder_of_another_user_is_not_used(configured, spool, caplog):
    spool.mkdir(mode=0o755)
    os.chown(spool, 12345, 12345)
    os.setegid(54321)
    os.seteuid(54321)
    try:
        telemetry = configured()
        assert telemetry.track_dashboard_open(1) is not None and len(telemetry.client.memory) == 1
        wait_until("it was said", lambda: any("cannot be written" in record.getMessage() for record in caplog.records))
    finally:
        os.seteuid(0)
        os.setegid(0)
    assert list(spool.iterdir()) == []


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Raising:
    def __getattr__(self, name):
        raise Mute


def generator():
    yield "user_id", 1


@pytest.mark.parametrize("payload", [None, 7, "text", generator(), [1], Raising(), {None: 1}, {b"x": 1}, {(1, 2): 1}, {"user_id": generator()},
                                     {"session_id": float("nan")}, {"session_id": "\ud800"}, {"x": Raising()}, {"event_id": Raising()}],
                         ids=range(14))
def test_no_payload_makes_a_call_raise_and_each_is_kept_or_counted(payload, configured):
    telemetry = configured(spool=None)
    taken = telemetry.track_profiler(payload)
    stats = telemetry.stats()
    assert (taken is None) == (sum(stats.dropped.values()) == 1) and stats.accepted + sum(stats.dropped.values()) == 1
    telemetry.track(payload, kind="intelligence")
    telemetry.track_dashboard_open(payload, explanation_version=payload, occurred_at=payload)
    alidade.flush(0)


def test_a_finaliser_at_the_end_of_the_interpreter_may_call(bound, spool):
    """Whoever starts a thread then waits for ever for it to begin."""
    run("""
        import alidade
        telemetry = alidade.get_telemetry()
        telemetry.track_dashboard_open(1)
        class Last:
            def __del__(self, telemetry=telemetry):
                telemetry.track_dashboard_open(2)
                telemetry.flush(0.2)
        last = Last()
        last.itself = last
    """, limit=20, **settings(bound.url, spool, ALIDADE_EXIT_TIMEOUT=20))
    said = run("""
        import builtins, os, alidade
        telemetry = alidade.get_telemetry()
        class Last:
            def __del__(self, telemetry=telemetry, write=os.write):
                write(1, b"taken" if telemetry.track_dashboard_open(3) else b"dropped")
        builtins.last = Last()
    """, limit=20, **settings(bound.url, spool, ALIDADE_EXIT_TIMEOUT=20))
    found = {json.loads(body)["admin_user_id"] for _, _, body in messages(bound)}
    left = {json.loads(flight.record.body)["admin_user_id"] for path in directories(spool) for flight in SpoolReader(path).take(10)}
    assert (found | left) >= {1, 2} and (3 in left) == (said == "taken")


def test_a_fork_in_a_thread_gives_a_child_that_sends(bound, spool):
    out = run("""
        import os, threading, alidade
        telemetry = alidade.get_telemetry()
        telemetry.track_dashboard_open(1)
        ends = []
        def fork(number):
            pid = os.fork()
            if pid == 0:
                telemetry.track_dashboard_open(number)
                done = telemetry.flush(30)
                alidade.close(5)
                os._exit(0 if done else 1)
            ends.append(os.waitpid(pid, 0)[1])
        threads = [threading.Thread(target=fork, args=(number,)) for number in range(2, 8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(ends, telemetry.flush(30))
    """, **settings(bound.url, spool))
    assert out.strip() == "[0, 0, 0, 0, 0, 0] True"
    assert sorted(json.loads(body)["admin_user_id"] for _, _, body in messages(bound)) == list(range(1, 8))


@pytest.mark.parametrize("call", ["track_dashboard_open(1)", "stats()", "track_profiler({})"])
def test_a_child_that_is_forked_in_the_middle_of_a_first_call_can_call(call, spool):
    """What the first call holds and loads is held and half loaded in the child."""
    out = run(f"""
        import os, sys, threading, time, alidade
        sys.setswitchinterval(0.00001)
        telemetry = alidade.get_telemetry()
        go = threading.Event()
        def first():
            go.wait()
            telemetry.{call}
        threads = [threading.Thread(target=first) for _ in range(3)]
        for thread in threads: thread.start()
        go.set()
        children = []
        for _ in range(12):
            pid = os.fork()
            if pid == 0:
                telemetry.{call}
                os._exit(0 if alidade.stats() is not None else 1)
            children.append(pid)
            time.sleep(0.002)
        print([os.waitpid(pid, 0)[1] for pid in children] == [0] * 12)
        os._exit(0) if sys.stdout.flush() is None else None
    """, limit=20, **settings(DEAD, spool))
    assert out.strip() == "True"


def test_gevents_patch_after_the_import_leaves_calls_and_sending(bound, spool):
    out = run("""
        import alidade
        from alidade.telemetry import get_telemetry
        from gevent import monkey; monkey.patch_all()
        import gevent
        telemetry = get_telemetry()
        jobs = [gevent.spawn(telemetry.track_dashboard_open, number) for number in range(1, 201)]
        gevent.joinall(jobs)
        print(all(job.value for job in jobs), telemetry.flush(30))
    """, **settings(bound.url, spool))
    assert out.strip() == "True True"
    assert len(messages(bound)) == 200


def test_a_full_segment_that_is_given_up_is_counted_once(configured, bound, tmp_path):
    """With drop_old: an event that the broker has is not counted as given up as well, so that what waits is known."""
    secret = tmp_path / "password"
    secret.write_text("guest\n")
    telemetry = configured(bound.url, spool_max_bytes=200_000, on_full="drop_old")
    for number in range(1, 4001):
        assert telemetry.track_dashboard_open(number) is not None
        if number % 500 == 0:
            time.sleep(0.02)
    assert telemetry.flush(60)
    counters = telemetry.client.counters
    assert counters.accepted == counters.settled + counters.given_up == 4000
    assert telemetry.track_dashboard_open(5000) and telemetry.flush(30)
    assert 5000 in {json.loads(body)["admin_user_id"] for _, _, body in messages(bound)}


def test_two_processes_on_one_spool_send_each_event_once(bound, spool):
    import subprocess
    import sys

    from conftest import environment

    code = """if True:
        import sys, alidade
        for number in range(int(sys.argv[1]), int(sys.argv[1]) + 500):
            assert alidade.get_telemetry().track_dashboard_open(number)
        assert alidade.flush(60)
    """
    both = [subprocess.Popen([sys.executable, "-c", code, str(first)], env=environment(**settings(bound.url, spool))) for first in (1, 501)]
    assert [process.wait(120) for process in both] == [0, 0]
    wait_ready(bound, 1000)
    assert sorted(json.loads(body)["admin_user_id"] for _, _, body in messages(bound)) == list(range(1, 1001))
    assert directories(spool) == []


def test_a_large_backlog_of_dead_processes_costs_a_call_nothing(configured, spool):
    """Ten gigabytes, as far as the file system says: new events are refused by name, and looking takes no time."""
    for number in range(40):
        path = spool / "tests" / f"{number + 1}-{number + 1}-abcd"
        path.mkdir(parents=True)
        with open(path / "00000001.log", "wb") as file:
            file.truncate(256 * 1024 * 1024)
    telemetry = configured()
    began = time.monotonic()
    found = [telemetry.track_dashboard_open(1) for _ in range(1000)]
    assert time.monotonic() - began < 5
    assert found == [None] * 1000 and telemetry.stats().dropped == {"spool_full": 1000}


def test_while_the_broker_is_away_calls_wake_nobody(configured):
    """Each wake-up takes the interpreter from those who call."""
    telemetry = configured(refused(), retry_seconds=30)
    telemetry.track_dashboard_open(1)
    wait_until("it was tried", lambda: telemetry.stats().last_error)
    woken = []
    sender = telemetry.client.sender
    sender.wake = lambda: woken.append(threading.get_ident())
    for _ in range(1000):
        telemetry.track_dashboard_open(1)
        if _ % 100 == 0:
            time.sleep(0.01)
    assert woken == []
