"""Settings: what is wrong is said in one line with exit 78, the password is never shown, the environment wins over the file."""
import os

import pytest

from harness.daemon import CONSUMING, run, yaml

SECRET = "a-very-secret-word"


def configured(tmp_path, text):
    path = tmp_path / "alidade.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("text, words", [
    ("brokr:\n  url: amqp://localhost/\n", ["brokr", "broker"]),
    ("ingest:\n  prefetsh: 10\n", ["ingest.prefetsh", "prefetch"]),
    ("ingest:\n  prefetch: many\n", ["ingest.prefetch", "many"]),
    ("ingest:\n  max_batch: 0\n", ["ingest.max_batch"]),
    ("ingest:\n  strict: somewhat\n", ["ingest.strict", "somewhat", "true", "false"]),
    ("ingest:\n  naive_time: utc\n", ["ingest.naive_time", "naive_times"]),
    ("topology:\n  queue_type: stream\n", ["topology.queue_type", "stream", "quorum", "classic"]),
    ("broker:\n  url: http://localhost/\n", ["broker.url"]),
    ("store:\n  url: postgres://localhost/x\n", ["store.url"]),
    ("broker: [\n", ["alidade.yaml"]),
])
def test_a_mistake_in_the_configuration_is_named_in_one_line_with_exit_78(binary, tmp_path, text, words):
    for command in (("config", "check"), ("run",)):
        done = run(binary, *command, "--config", configured(tmp_path, text))
        assert done.returncode == 78, done
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        for word in words:
            assert word in lines[0], f"{word!r} is missing in {lines[0]!r}"


CHOICES = [
    "topology.mode", "topology.queue_type", "ingest.naive_times", "alignment.normalisation", "dashboard.reveal", "privacy.ip_address", "log.level", "log.format"]


@pytest.mark.parametrize("key", CHOICES)
def test_every_word_that_a_setting_offers_is_understood_and_no_other(binary, tmp_path, key):
    section, name = key.split(".")
    done = run(binary, "config", "check", "--config", configured(tmp_path, f"{section}:\n  {name}: nonsense\n"))
    assert done.returncode == 78, done
    words = done.stderr.split("is not one of ")[1].strip().split(", ")
    assert len(words) > 1
    for word in words:
        done = run(binary, "config", "check", "--config", configured(tmp_path, f"{section}:\n  {name}: {word}\n"))
        assert done.returncode == 0, done
    # A word in capitals is not taken for what it resembles, nor for the default.
    done = run(binary, "config", "check", "--config", configured(tmp_path, f"{section}:\n  {name}: {words[-1].upper()}\n"))
    assert done.returncode == 78 and key in done.stderr, done


def test_every_mistake_has_a_line_of_its_own(binary, tmp_path):
    done = run(binary, "config", "check", "--config", configured(tmp_path, "ingest:\n  max_batch: 0\n  prefetsh: 1\nlog:\n  level: loud\n"))
    assert done.returncode == 78
    assert len(done.stderr.strip().splitlines()) == 3, done.stderr


def test_the_environment_wins_over_the_file(binary, tmp_path):
    config = configured(tmp_path, "ingest:\n  max_batch: 17\n")
    done = run(binary, "config", "show", "--config", config, environment={"ALIDADE_INGEST_MAX_BATCH": "23"})
    assert done.returncode == 0 and "23" in done.stdout and "17" not in done.stdout, done


def test_a_missing_configuration_file_is_a_configuration_error(binary, tmp_path):
    done = run(binary, "run", "--config", tmp_path / "none.yaml")
    assert done.returncode == 78 and "none.yaml" in done.stderr


def test_an_unknown_command_or_option_is_a_usage_error(binary):
    assert run(binary, "no-such-command").returncode == 64
    assert run(binary, "run", "--no-such-option").returncode == 64


def test_the_password_is_never_shown(binary, make_daemon, host):
    url = host.url.replace("guest:guest@", f"guest:{SECRET}@")
    daemon = make_daemon({"broker": {"url": url}, "log": {"level": "debug"}})
    daemon.start(wait=False)
    daemon.wait_log("could not", 20)  # the password is wrong, and the broker says so
    daemon.kill()
    said = daemon.log()
    for command in (("config", "show"), ("config", "check"), ("topology", "check"), ("doctor",)):
        done = daemon.run(*command)
        said += done.stdout + done.stderr
    assert SECRET not in said
    assert "127.0.0.1" in said


def test_a_password_file_keeps_the_password_out_of_the_configuration(make_daemon, tmp_path, host):
    secret = tmp_path / "password"
    secret.write_text("guest\n")
    url = host.url.replace("guest:guest@", "guest@")
    daemon = make_daemon({"broker": {"url": url, "password_file": str(secret)}}).start()
    assert daemon.stop() == 0


@pytest.mark.parametrize("login", ["a password", "a client certificate"])
def test_a_broker_is_reached_by_tls(make_daemon, broker, host, login):
    tls = broker.directory / "tls"
    settings = {"url": broker.tls_url + host.name, "tls": {"ca_file": str(tls / "ca.pem")}}
    if login == "a client certificate":
        host.permit("alidade", "not used")
        settings["url"] = settings["url"].replace("guest:guest@", "")
        settings["tls"] |= {"certificate_file": str(tls / "alidade.pem"), "key_file": str(tls / "alidade.key")}
    daemon = make_daemon({"broker": settings}).start()
    users = {row.split("\t")[1] for row in broker.ctl(
        "list_connections", "--no-table-headers", "vhost", "user", "ssl").splitlines()
        if row.split("\t")[0] == host.name and row.split("\t")[2] == "true"}
    assert users == {"alidade" if login == "a client certificate" else "guest"}
    assert daemon.stop() == 0


def test_a_broker_whose_certificate_nobody_vouches_for_is_not_trusted(make_daemon, broker, host):
    daemon = make_daemon({"broker": {"url": broker.tls_url + host.name}})
    daemon.start(wait=False)
    daemon.wait_log("could not", 20)
    assert CONSUMING not in daemon.log() and "certificate" in daemon.log().lower()


@pytest.mark.parametrize("text", [
    lambda n: "".join(f"key{number}: 1\n" for number in range(n)),
    lambda n: "ingest:\n" + "".join(f"  k{number}: 1\n" for number in range(n)),
    lambda n: "".join(f"s{number}: {{}}\n" for number in range(n)),
    lambda n: "".join(f"l{number}: []\n" for number in range(n)),
    lambda n: "log:\n" + "  format: text\n" * (n // 2),
], ids=["keys", "keys of a section", "sections", "lists", "the same key"])
def test_mistakes_by_the_ten_thousand_are_a_few_lines_and_a_number(binary, tmp_path, text):
    path = configured(tmp_path, text(60_000))
    done = run(binary, "config", "check", "--config", path, limit=20)
    lines = done.stderr.splitlines()
    assert done.returncode == 78 and len(lines) == 21 and lines[20].startswith("alidade: and ") and lines[20].endswith(" more mistakes")
    assert all(str(path) in line and len(line) < 300 for line in lines[:20]), lines


def test_a_key_as_long_as_the_file_is_no_long_line_and_takes_no_time(binary, tmp_path):
    done = run(binary, "config", "check", "--config", configured(tmp_path, f'"{"p" * 1_000_000}": 1\n'), limit=20)
    assert done.returncode == 78 and len(done.stderr) < 1000


NO_FILES = {"a FIFO": "it is a FIFO", "a folder": "it is a folder", "a device": "it is a device", "too long": "it is longer than"}


@pytest.fixture(params=NO_FILES)
def no_file(request, tmp_path):
    """The path of something that cannot be read like a file, and what is to be said of it."""
    path = tmp_path / "no-file"
    if request.param == "a FIFO":
        os.mkfifo(path)
    elif request.param == "a folder":
        path.mkdir()
    elif request.param == "a device":
        path = "/dev/zero"
    else:
        path.touch()
        os.truncate(path, 1 << 40)
    return path, NO_FILES[request.param]


@pytest.mark.parametrize("section, key", [
    ("broker", "password_file"), ("http", "token_file"), ("alignment", "model"), ("broker.tls", "ca_file"), ("broker.tls", "certificate_file"),
])
def test_what_is_no_file_is_named_at_once(binary, tmp_path, no_file, section, key):
    path, words = no_file
    settings = {"broker": {"url": "amqps://localhost/"}}
    inner = settings
    for name in section.split("."):
        inner = inner.setdefault(name, {})
    inner[key] = str(path)
    if key == "certificate_file":
        inner["key_file"] = str(path)
    done = run(binary, "config", "check", "--config", configured(tmp_path, yaml(settings) + "\n"), limit=20)
    assert done.returncode == 78 and str(path) in done.stderr and words in done.stderr, done


def test_a_configuration_that_is_no_file_is_named_at_once(binary, no_file):
    path, words = no_file
    for command in (["config", "check"], ["doctor", "--json"], ["metrics"]):
        done = run(binary, *command, "--config", path, limit=20)
        assert done.returncode == 78 and words in done.stdout + done.stderr, done


def test_a_model_that_is_no_file_is_named_at_once(binary, tmp_path, no_file):
    path, words = no_file
    (tmp_path / "p.json").write_text("{}\n")
    done = run(binary, "score", tmp_path / "p.json", "--model", f"{path}", limit=20)
    assert done.returncode == 78 and words in done.stderr, done
