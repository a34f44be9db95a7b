"""Forks, servers, workers, exits: where it runs, and what survives."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest

from conftest import directories, environment, messages, program, run, wait_ready
from harness.daemon import free_port
from harness.waiting import wait_until

BIN = pathlib.Path(sys.executable).parent


def settings(host, spool, **more):
    return {"ALIDADE_BROKER_URL": host.url, "ALIDADE_SPOOL_DIR": spool, "ALIDADE_SERVICE": "tests", "ALIDADE_EXPLANATION_VERSION": "v1", **more}


def admins(host):
    return sorted(json.loads(body)["admin_user_id"] for _, _, body in messages(host))


DEAD = "amqp://guest:guest@127.0.0.1:1/"


def adopted(host, spool, count):
    """A process that has nothing to do with the dead ones sends what they left."""
    sibling = program("""
        import sys, alidade
        alidade.get_telemetry().track_dashboard_open(1_000_000)
        sys.stdin.read()
    """, **settings(host, spool))
    try:
        wait_ready(host, count + 1)
        wait_until("only its own directory was left", lambda: len(directories(spool)) <= 1, 60)
    finally:
        sibling.stdin.close()
        sibling.wait(60)
    wait_until("the spool was empty", lambda: directories(spool) == [])
    return [number for number in admins(host) if number != 1_000_000]


def test_what_was_tracked_before_kill_9_is_sent_by_a_sibling(bound, spool):
    victim = program("""
        import os, alidade
        for number in range(1, 501):
            assert alidade.get_telemetry().track_dashboard_open(number)
        os.kill(os.getpid(), 9)
    """, **{**settings(bound, spool), "ALIDADE_BROKER_URL": DEAD})
    assert victim.wait(60) == -signal.SIGKILL
    assert adopted(bound, spool, 500) == list(range(1, 501))


def test_a_child_that_leaves_by_os_exit_loses_nothing(bound, spool):
    run("""
        import os, multiprocessing, alidade
        def work(first):
            for number in range(first, first + 100):
                alidade.get_telemetry().track_dashboard_open(number)
            os._exit(0)
        alidade.get_telemetry().track_dashboard_open(1)
        children = [multiprocessing.get_context("fork").Process(target=work, args=(100 * number,)) for number in (1, 2, 3)]
        for child in children: child.start()
        for child in children: child.join()
    """, **{**settings(bound, spool), "ALIDADE_BROKER_URL": DEAD})
    assert adopted(bound, spool, 301) == [1, *range(100, 400)]


def test_a_child_of_multiprocessing_sends_before_it_leaves(bound, spool):
    run("""
        import multiprocessing, alidade
        def work(first):
            for number in range(first, first + 50):
                alidade.get_telemetry().track_dashboard_open(number)
        if __name__ == "__main__":
            for child in [multiprocessing.get_context("fork").Process(target=work, args=(100 * number,)) for number in (1, 2)]:
                child.start(); child.join()
    """, **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == [*range(100, 150), *range(200, 250)] and directories(spool) == []


@pytest.mark.parametrize("forks", [150, pytest.param(1000, marks=pytest.mark.slow)])
def test_forks_at_any_moment_under_load(forks, bound, spool):
    """The parent calls from three threads and sends all the while; each child calls once and leaves without a word."""
    out = run("""
        import os, sys, threading, alidade
        forks = int(sys.argv[1])
        telemetry = alidade.get_telemetry()
        done = threading.Event()
        counts = [0] * 3
        def load(index):
            while not done.is_set():
                telemetry.track_dashboard_open(10_000_000 + index); counts[index] += 1
                done.wait(0.002)
        threads = [threading.Thread(target=load, args=(index,)) for index in range(3)]
        for thread in threads: thread.start()
        alive = []
        for number in range(1, forks + 1):
            pid = os.fork()
            if pid == 0:
                ok = telemetry.track_dashboard_open(number) is not None and telemetry.stats().accepted == 1
                os._exit(0 if ok else 3)
            alive.append(pid)
            if len(alive) >= 8:
                assert os.waitpid(alive.pop(0), 0)[1] == 0
        for pid in alive:
            assert os.waitpid(pid, 0)[1] == 0
        done.set()
        for thread in threads: thread.join()
        assert telemetry.flush(60)
        print(sum(counts))
    """, forks, limit=120, **settings(bound, spool))
    found = adopted(bound, spool, int(out) + forks)
    own = [number for number in found if number < 10_000_000]
    assert sorted(set(own)) == list(range(1, forks + 1)) and len(found) - len(own) >= int(out)


def test_a_child_uses_nothing_of_its_parents_connection(bound, spool):
    out = run("""
        import os, alidade
        telemetry = alidade.get_telemetry()
        telemetry.track_dashboard_open(1)
        assert telemetry.flush(30)
        def sockets():
            found = set()
            for name in os.listdir("/proc/self/fd"):
                try: found.add(os.readlink(f"/proc/self/fd/{name}"))
                except OSError: pass
            return {name for name in found if name.startswith("socket")}
        connection = telemetry.client.sender.link.connection
        own = os.readlink(f"/proc/self/fd/{connection._transport._sock.fileno()}")
        assert own in sockets()
        pid = os.fork()
        if pid == 0:
            gone = own not in sockets()
            telemetry.track_dashboard_open(2)
            ok = gone and telemetry.flush(30) and telemetry.stats().confirmed == 1
            alidade.close(5)
            os._exit(0 if ok else 1)
        assert os.waitpid(pid, 0)[1] == 0
        telemetry.track_dashboard_open(3)
        assert telemetry.flush(30)
        print(telemetry.stats().reconnects)
    """, **settings(bound, spool))
    assert out.strip() == "0" and admins(bound) == [1, 2, 3]


def test_a_program_that_ends_sends_what_it_has(bound, spool):
    run("""
        import alidade
        for number in range(1, 101):
            alidade.get_telemetry().track_dashboard_open(number)
    """, **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == list(range(1, 101)) and directories(spool) == []


@pytest.mark.parametrize("where", ["spool", "memory"])
def test_the_first_event_in_a_handler_of_atexit_is_sent(where, bound, spool):
    run("""
        import atexit, alidade
        telemetry = alidade.get_telemetry()
        atexit.register(lambda: telemetry.track_dashboard_open(7))
    """, **settings(bound, spool if where == "spool" else "none", ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == [7]


def interpreters():
    """Other Pythons of this machine, by version; ALIDADE_TEST_PYTHONS names those that are not on the path."""
    named = [path for path in os.environ.get("ALIDADE_TEST_PYTHONS", "").split(os.pathsep) if path]
    for name in [*named, *(shutil.which(f"python3.{minor}") or "" for minor in range(10, 15))]:
        if name:
            done = subprocess.run([name, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True)
            if done.returncode == 0:
                yield done.stdout.strip(), name


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_under_every_version_of_python_the_last_events_are_sent(version, bound, spool, tmp_path):
    """From 3.12 on no thread can be started in a handler of atexit."""
    found = dict(interpreters())
    if version not in found:
        pytest.skip(f"there is no Python {version} here; ALIDADE_TEST_PYTHONS may name one")
    import pika

    (tmp_path / "pika").symlink_to(pathlib.Path(pika.__file__).parent)
    run("""
        import atexit, alidade
        telemetry = alidade.get_telemetry()
        assert telemetry.track_profiler({"user_id": 1, "session_id": "s", "completion_status": "started"})
        atexit.register(lambda: telemetry.track_dashboard_open(7))
    """, python=found[version], paths=[tmp_path], **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == [7] and directories(spool) == [] and bound.ready("profiler-telemetry") == 1
    run("""
        import atexit, alidade
        telemetry = alidade.get_telemetry()
        atexit.register(lambda: telemetry.track_dashboard_open(8))
    """, python=found[version], paths=[tmp_path], **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == [8] and directories(spool) == []


def test_where_no_thread_can_be_started_the_leaving_thread_sends(bound, spool):
    """As from Python 3.12 on when the interpreter shuts down."""
    run("""
        import threading, alidade
        def start(self):
            raise RuntimeError("can't create new thread at interpreter shutdown")
        threading.Thread.start = start
        alidade.get_telemetry().track_dashboard_open(7)
    """, **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    assert admins(bound) == [7] and directories(spool) == []


def test_the_end_waits_no_longer_than_it_may(spool, bound):
    """With a broker that swallows everything, and one that is not there; what remains is in the spool."""
    from alidade.bench import black_hole

    with black_hole() as url:
        for broker, timeout in ((url, 0.4), (DEAD, 0.4)):
            out = run("""
                import time, alidade
                telemetry = alidade.get_telemetry()
                telemetry.track_dashboard_open(7)
                began = time.monotonic()
                alidade.close()
                print(time.monotonic() - began)
            """, **{**settings(bound, spool, ALIDADE_EXIT_TIMEOUT=timeout), "ALIDADE_BROKER_URL": broker})
            assert float(out) < timeout + 5
    assert adopted(bound, spool, 2) == [7, 7]


def test_sigterm_in_the_middle_of_a_flush_loses_nothing(bound, spool):
    victim = program("""
        import sys, alidade
        for number in range(1, 2001):
            alidade.get_telemetry().track_dashboard_open(number)
        print("flushing", flush=True)
        alidade.flush(60)
    """, **settings(bound, spool))
    assert victim.stdout.readline() == "flushing\n"
    victim.terminate()
    victim.wait(60)
    sent = adopted(bound, spool, 0)
    if set(sent) != set(range(1, 2001)):
        wait_until("the rest came", lambda: sent.extend(admins(bound)) or set(range(1, 2001)) <= set(sent))


def test_processes_that_live_for_a_moment_send_what_their_predecessors_left(bound, spool):
    code = """
        import sys, alidade
        alidade.get_telemetry().track_dashboard_open(int(sys.argv[1]))
        alidade.close(float(sys.argv[2]))
    """
    for number in range(1, 6):
        run(code, number, 0, **{**settings(bound, spool), "ALIDADE_BROKER_URL": DEAD})
    assert len(directories(spool)) == 5
    found = []
    for number in range(100, 200):
        run(code, number, 20, **settings(bound, spool))
        found += admins(bound)
        if set(range(1, 6)) <= set(found):
            break
    assert set(range(1, 6)) <= set(found)


APP = """
import os, alidade
telemetry = alidade.get_telemetry()
{at_import}
def application(environ, start_response):
    number = int(environ["QUERY_STRING"] or 0)
    if number:
        telemetry.track_dashboard_open(number)
    if "hang" in environ["PATH_INFO"]:
        import time; time.sleep(3600)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""


class Server:
    """A program that serves HTTP, in a session of its own."""

    def __init__(self, folder, *command, at_import="", **more):
        self.port = free_port()
        (folder / "app.py").write_text(APP.format(at_import=at_import))
        command = [str(part).replace("PORT", str(self.port)) for part in command]
        self.log = open(folder / "server.log", "wb+")
        self.process = subprocess.Popen(command, cwd=folder, env=environment(paths=[folder], **more), stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, start_new_session=True)

    def __enter__(self):
        try:
            wait_until("it served", self._serves, 60)
        except BaseException:
            self.__exit__()
            self.log.seek(0)
            print(self.log.read().decode())
            raise
        return self

    def _serves(self):
        assert self.process.poll() is None
        return self.get() is not None

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def get(self, path="/", number=0, timeout=30):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}?{number or ''}", timeout=timeout) as answer:
                return answer.read().decode()
        except OSError:
            return None


@pytest.mark.parametrize("options", [
    ["--workers", "2"], ["--workers", "2", "--preload"], ["-k", "gthread", "--threads", "4", "--workers", "2"], ["-k", "gevent", "--workers", "2"],
    ["--workers", "1", "--max-requests", "5"]], ids=["sync", "preload", "gthread", "gevent", "max-requests"])
def test_under_gunicorn_every_request_is_told(options, bound, spool, tmp_path):
    at_import = "telemetry.track_dashboard_open(999)" if "--preload" in options else ""
    with Server(tmp_path, BIN / "gunicorn", "-b", "127.0.0.1:PORT", *options, "app:application", at_import=at_import,
                **settings(bound, spool)) as server:
        for number in range(1, 31):
            wait_until("it was served", lambda: server.get("/", number) is not None)
        wait_ready(bound, 30)
    expected = set(range(1, 31)) | ({999} if at_import else set())
    found = set(admins(bound))
    wait_until("everything came", lambda: found.update(adopted(bound, spool, 0)) or found >= expected)


def test_a_worker_that_gunicorn_kills_for_its_time_loses_nothing(bound, spool, tmp_path):
    with Server(tmp_path, BIN / "gunicorn", "-b", "127.0.0.1:PORT", "--timeout", "1", "--workers", "1", "app:application", **settings(bound, spool)) as server:
        assert server.get("/hang", 77) is None
        wait_ready(bound, 1)
    assert admins(bound) == [77]


def test_under_uvicorn_with_two_workers_every_request_is_told(bound, spool, tmp_path):
    (tmp_path / "asgi.py").write_text("""
import os
from fastapi import FastAPI
from alidade.fastapi import Telemetry, lifespan
app = FastAPI(lifespan=lifespan)

@app.get("/")
async def root(telemetry: Telemetry, number: int = 0):
    if number: telemetry.track_dashboard_open(number)
    return os.getpid()
""")
    with Server(tmp_path, BIN / "uvicorn", "--port", "PORT", "--workers", "2", "asgi:app", **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20)) as server:
        for number in range(1, 31):
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/?number={number}", timeout=30):
                pass
    wait_ready(bound, 30)
    assert admins(bound) == list(range(1, 31))


def test_uwsgi_without_threads_keeps_everything_and_says_what_to_set(bound, spool, tmp_path):
    with Server(tmp_path, BIN / "uwsgi", "--http", "127.0.0.1:PORT", "--master", "--processes", "2", "--need-app", "--wsgi-file", "app.py",
                "--virtualenv", sys.prefix, **settings(bound, spool)) as server:
        for number in range(1, 11):
            assert server.get("/", number) is not None
    log = (tmp_path / "server.log").read_text()
    assert bound.ready("intelligence-events") == 0
    assert adopted(bound, spool, 10) == list(range(1, 11)), log


def test_uwsgi_with_threads_sends(bound, spool, tmp_path):
    with Server(tmp_path, BIN / "uwsgi", "--http", "127.0.0.1:PORT", "--master", "--processes", "2", "--need-app", "--wsgi-file", "app.py", "--enable-threads",
                "--py-call-uwsgi-fork-hooks", "--virtualenv", sys.prefix, **settings(bound, spool)) as server:
        for number in range(1, 11):
            assert server.get("/", number) is not None
        wait_ready(bound, 10)
    assert admins(bound) == list(range(1, 11))


def test_tasks_of_celery_in_processes_that_live_for_one_task_are_told_20_of_20(bound, spool, tmp_path):
    (tmp_path / "tasks.py").write_text("""
import os
import alidade
from celery import Celery
app = Celery("tasks", broker=os.environ["ALIDADE_BROKER_URL"])
app.conf.update(worker_max_tasks_per_child=1, task_ignore_result=True, worker_prefetch_multiplier=1)

@app.task
def work(number):
    alidade.get_telemetry().track_dashboard_open(number)
""")
    more = environment(paths=[tmp_path], **settings(bound, spool, ALIDADE_EXIT_TIMEOUT=20))
    subprocess.run([sys.executable, "-c", "import tasks; [tasks.work.delay(number) for number in range(1, 21)]"], cwd=tmp_path, env=more, check=True)
    with open(tmp_path / "celery.log", "wb") as log:
        worker = subprocess.Popen([BIN / "celery", "-A", "tasks", "worker", "--concurrency", "2", "--pool", "prefork", "--without-mingle", "--without-gossip",
                                   "--without-heartbeat"], cwd=tmp_path, env=more, stdout=log, stderr=log, start_new_session=True)
    try:
        found = set()
        wait_until("all 20 were told", lambda: found.update(admins(bound)) or found == set(range(1, 21)), 60)
    finally:
        worker.terminate()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(30)
