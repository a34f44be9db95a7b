"""Who may see the pages: the commands of `alidade staff`, the settings of `dashboard`, and what the doctor says of both."""
import ctypes
import json
import os
import pty
import re
import select
import stat
import subprocess

import pytest

from harness.daemon import clean_environment, free_port, run, yaml
from harness.faults import needs_root
from harness.waiting import wait_until

LIBCRYPT = ctypes.CDLL("libcrypt.so.1")
LIBCRYPT.crypt.restype = LIBCRYPT.crypt_gensalt.restype = ctypes.c_char_p
PASSWORD = "correct horse battery"


class Staff:
    """A configuration with a staff file in a folder of its own."""

    def __init__(self, binary, folder, settings=None):
        self.binary, self.folder = binary, folder
        self.file = folder / "staff"
        self.config = folder / "alidade.yaml"
        self.configure(settings or {})

    def configure(self, settings):
        base = {"store": {"url": f"sqlite://{self.folder}/alidade.db"}, "http": {"listen": "127.0.0.1:8089"},
                "dashboard": {"staff_file": str(self.file)}}
        self.config.write_text(yaml({name: {**base.get(name, {}), **settings.get(name, {})} for name in {**base, **settings}}) + "\n")

    def run(self, *arguments, **more):
        return run(self.binary, *arguments, "--config", self.config, **more)

    def staff(self, *arguments, status=0, **more):
        done = self.run("staff", *arguments, **more)
        assert done.returncode == status, done
        return done

    def check(self):
        return self.run("config", "check")


@pytest.fixture
def staff(binary, tmp_path):
    return Staff(binary, tmp_path)


def crypt(password, setting):
    """Python has no module for it any more."""
    return LIBCRYPT.crypt(password.encode(), setting.encode()).decode()


def setting(prefix, cost=0):
    return LIBCRYPT.crypt_gensalt(prefix.encode(), ctypes.c_ulong(cost), bytes(range(16)), 16).decode()


def accepts(line, password):
    """Whether libcrypt, asked by somebody else, takes the password for the hash of a line."""
    hashed = line.rpartition(":")[2]
    return crypt(password, hashed) == hashed


# The commands


def test_a_member_is_added_with_a_password_that_libcrypt_takes(staff):
    done = staff.staff("add", "alice", "--role", "operator+auditor", "--password-file", "-", input=f"{PASSWORD}\n")
    assert PASSWORD not in done.stdout and "systemctl reload alidade" in done.stdout
    line = staff.file.read_text().rstrip("\n")
    assert re.fullmatch(r"alice:analyst\+operator\+auditor:\$y\$jAT\$[./0-9A-Za-z]+\$[./0-9A-Za-z]{43}", line)
    assert accepts(line, PASSWORD) and not accepts(line, PASSWORD + " ")
    assert stat.S_IMODE(staff.file.stat().st_mode) == 0o640
    assert staff.check().returncode == 0


def test_a_password_is_made_of_five_words_and_shown_once(staff):
    shown = json.loads(staff.staff("add", "alice", "--generate", "--json").stdout)["password"]
    assert re.fullmatch(r"[a-z]+(-[a-z]+){4}", shown)
    assert accepts(staff.file.read_text().rstrip("\n"), shown)
    text = staff.staff("passwd", "alice", "--generate").stdout
    other = re.search(r"^password: (\S+)$", text, re.M).group(1)
    assert other != shown and accepts(staff.file.read_text().rstrip("\n"), other)


def test_a_hash_that_somebody_else_made_is_taken(staff):
    for prefix, cost in (("$y$", 5), ("$gy$", 6), ("$7$", 6), ("$2b$", 10), ("$2y$", 10)):
        staff.file.write_text(f"alice:analyst:{crypt(PASSWORD, setting(prefix, cost))}\n")
        assert staff.check().returncode == 0, prefix


def test_members_are_listed_changed_and_removed_and_remarks_stay(staff):
    staff.file.write_text("# our staff\n\n")
    for name, options in (("alice", ["--role", "operator"]), ("bob", [])):
        staff.staff("add", name, "--no-password", *options)
    assert json.loads(staff.staff("list", "--json").stdout) == [
        {"name": "alice", "roles": ["analyst", "operator"], "password": None}, {"name": "bob", "roles": ["analyst"], "password": None}]
    staff.staff("passwd", "bob", "--password-file", "-", input=PASSWORD)
    assert [line.split() for line in staff.staff("list").stdout.splitlines()] == [
        ["alice", "analyst+operator", "no", "password"], ["bob", "analyst", "yescrypt"]]
    staff.staff("remove", "alice")
    assert [member["name"] for member in json.loads(staff.staff("list", "--json").stdout)] == ["bob"]
    assert staff.file.read_text().startswith("# our staff\n\nbob:analyst:$y$")
    staff.staff("remove", "bob")
    assert "has no members" in staff.staff("list").stdout


@pytest.mark.parametrize("arguments, input, status, words", [
    (["add", "a b", "--generate"], "", 64, "1 to 64 of A-Z"),
    (["add", "alice:x", "--generate"], "", 64, "1 to 64 of A-Z"),
    (["add", "alice", "--role", "admin", "--generate"], "", 64, '"admin" is not one of analyst, operator, auditor'),
    (["add", "alice", "--generate", "--no-password"], "", 64, "exclude each other"),
    (["add", "alice"], "", 64, "no terminal to ask at"),
    (["add", "alice", "--password-file", "-"], "short\n", 1, "fewer than 10 characters"),
    (["add", "alice", "--password-file", "-"], "", 1, "no password in it"),
    (["add", "alice", "--password-file", "-"], "x" * 512, 1, "longer than 511 bytes"),
    (["add", "alice", "--password-file", "/nowhere"], "", 1, "could not read /nowhere"),
    (["add", "present", "--generate"], "", 1, "present is in "),
    (["passwd", "nobody", "--generate"], "", 1, "there is no nobody in "),
    (["remove", "nobody"], "", 1, "there is no nobody in "),
    (["link", "nobody"], "", 1, "there is no nobody in "),
])
def test_what_cannot_be_done_is_said_and_changes_nothing(staff, arguments, input, status, words):
    before = "present:analyst:!\n"
    staff.file.write_text(before)
    # In a session without a terminal, so that none can be asked.
    done = subprocess.run(
        [staff.binary, "staff", *arguments, "--config", staff.config], input=input, capture_output=True, text=True, timeout=60,
        env=clean_environment(), start_new_session=True)
    assert done.returncode == status and words in done.stderr, done
    assert staff.file.read_text() == before


def test_without_a_staff_file_in_the_configuration_the_commands_say_where_to_put_it(binary, tmp_path):
    config = tmp_path / "alidade.yaml"
    config.write_text("{}\n")
    done = run(binary, "staff", "list", "--config", config)
    assert done.returncode == 78 and f"dashboard.staff_file is not set; set it in {config}" in done.stderr


def test_two_commands_at_once_lose_no_member(staff):
    commands = [
        subprocess.Popen([staff.binary, "staff", "add", f"m{number}", "--no-password", "--config", staff.config],
                         env=clean_environment(), stdout=subprocess.DEVNULL) for number in range(8)]
    assert [command.wait(60) for command in commands] == [0] * 8
    assert len(json.loads(staff.staff("list", "--json").stdout)) == 8


# At a terminal


class Terminal:
    """A command at a terminal of its own; what the terminal shows."""

    def __init__(self, *arguments):
        self.shown = b""
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execve(str(arguments[0]), [str(argument) for argument in arguments], clean_environment())

    def see(self, text):
        def is_there():
            if select.select([self.descriptor], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.descriptor, 4096)
                except OSError:  # the command has ended
                    pass
            return text.encode() in self.shown
        wait_until(f"the terminal showed {text!r}", is_there)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def end(self):
        """Reads to the end; the exit status."""
        while True:
            try:
                piece = os.read(self.descriptor, 4096)
            except OSError:
                piece = b""
            if not piece:
                break
            self.shown += piece
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def test_a_password_is_asked_for_twice_and_not_shown(staff):
    terminal = Terminal(staff.binary, "staff", "add", "alice", "--config", staff.config)
    terminal.see("New password of alice: ")
    terminal.type("wrong wordsä\x7f\x15" + PASSWORD + "x\x7f\n")
    terminal.see("Once more: ")
    terminal.type(PASSWORD + "\n")
    assert terminal.end() == 0
    assert b"horse" not in terminal.shown
    assert accepts(staff.file.read_text().rstrip("\n"), PASSWORD)


@pytest.mark.parametrize("second, words", [("something else\n", b"not the same"), ("\x03", b"no password was given"), ("\x04", b"no password was given")])
def test_a_password_that_is_not_repeated_changes_nothing(staff, second, words):
    terminal = Terminal(staff.binary, "staff", "add", "alice", "--config", staff.config)
    terminal.see("New password of alice: ")
    terminal.type(PASSWORD + "\n")
    terminal.see("Once more: ")
    terminal.type(second)
    assert terminal.end() == 1
    assert words in terminal.shown and not staff.file.exists()


# Links


@pytest.mark.parametrize("settings, origin", [
    ({}, "http://127.0.0.1:8089"),
    ({"http": {"listen": "0.0.0.0:9000"}}, "http://127.0.0.1:9000"),
    ({"http": {"listen": "[::1]:9000"}}, "http://[::1]:9000"),
    ({"dashboard": {"url": "https://telemetry.example.org/"}}, "https://telemetry.example.org"),
])
def test_a_link_leads_to_where_the_pages_are(binary, tmp_path, settings, origin):
    staff = Staff(binary, tmp_path, settings)
    staff.staff("add", "alice", "--no-password")
    url = staff.staff("link", "alice").stdout.strip()
    assert re.fullmatch(re.escape(origin) + "/login/link/[0-9a-f]{64}", url)
    links = tmp_path / "alidade.db-links"
    assert url[-64:] not in links.read_text(), "the file has a digest only"
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    shown = json.loads(staff.staff("link", "alice", "--json").stdout)
    assert shown["name"] == "alice" and shown["minutes"] == 10 and shown["url"] != url


def test_a_link_needs_a_place(binary, tmp_path):
    staff = Staff(binary, tmp_path, {"http": {"listen": None}})
    staff.staff("add", "alice", "--no-password")
    assert "set dashboard.url, or http.listen" in staff.staff("link", "alice", status=78).stderr
    staff.configure({"store": {"url": f"sqlite://{tmp_path}/nowhere/alidade.db"}})
    assert "it cannot be opened: No such file or directory" in staff.staff("link", "alice", status=1).stderr


def test_a_link_that_root_makes_belongs_to_the_daemon(staff):
    needs_root()
    staff.staff("add", "alice", "--no-password")
    os.chown(staff.folder, 65534, 65534)
    staff.staff("link", "alice")
    found = (staff.folder / "alidade.db-links").stat()
    assert (found.st_uid, found.st_gid) == (65534, 65534)


# The settings


PROXY = {"peers": ["127.0.0.1"], "user_header": "X-Remote-User", "operators": ["user:alice"]}


@pytest.mark.parametrize("dashboard, words", [
    ({"url": "telemetry.example.org"}, "dashboard.url: it is not https://HOST"),
    ({"url": "https://telemetry.example.org/pages"}, "dashboard.url: it is not https://HOST"),
    ({"session_hours": 0}, "dashboard.session_hours: 0 is not a whole number from 1 to 168"),
    ({"idle_minutes": 4}, "dashboard.idle_minutes: 4 is not a whole number from 5 to 10080"),
    ({"refresh_seconds": 61}, "dashboard.refresh_seconds: 61 is not a whole number from 0 to 60"),
    ({"time_zone": "Europe/Viena"}, "did you mean Europe/Vienna?"),
    ({"staff_file": "/nowhere/staff"}, "dashboard.staff_file: /nowhere/staff: there is no such file; 'alidade staff add NAME' makes it"),
    ({"proxy": {**PROXY, "peers": []}}, "dashboard.proxy.user_header: anybody could send it"),
    ({"proxy": {**PROXY, "peers": ["0.0.0.0/0"]}}, 'dashboard.proxy.peers: "0.0.0.0/0" is so wide'),
    ({"proxy": {**PROXY, "peers": ["::/0"]}}, 'dashboard.proxy.peers: "::/0" is so wide'),
    ({"proxy": {**PROXY, "peers": ["10.0.0.1/8"]}}, "10.0.0.0/8 is one"),
    ({"proxy": {**PROXY, "peers": ["*"]}}, 'dashboard.proxy.peers: "*" is no address'),
    ({"proxy": {**PROXY, "peers": ["socket"]}}, "set http.socket"),
    ({"proxy": {**PROXY, "operators": []}}, "nobody would get in"),
    ({"proxy": {**PROXY, "operators": ["ops"]}}, 'dashboard.proxy.groups_header: it is not set, and "ops" is a group'),
    ({"proxy": {**PROXY, "operators": ["user:a b"]}}, 'dashboard.proxy.operators: "user:a b" is no group'),
    ({"proxy": {**PROXY, "user_header": "X_Remote_User"}}, "dashboard.proxy.user_header: it is no name of a header"),
    ({"proxy": {**PROXY, "user_header": "Cookie"}}, "dashboard.proxy.user_header: Cookie has a meaning already"),
    ({"proxy": {**PROXY, "groups_header": "x-remote-user"}}, "it is the same as dashboard.proxy.user_header"),
    ({"proxy": {**PROXY, "secret_file": "/nowhere/secret"}}, "dashboard.proxy.secret_file: could not read /nowhere/secret"),
    ({"proxy": {"operators": ["user:alice"]}}, "dashboard.proxy.operators: it counts only where dashboard.proxy.user_header is set"),
    ({"proxy": {**PROXY, "logout_url": "javascript:alert(1)"}}, "dashboard.proxy.logout_url: it is not https://"),
])
def test_what_cannot_be_meant_is_an_error_that_says_what_to_do(binary, tmp_path, dashboard, words):
    staff = Staff(binary, tmp_path, {"dashboard": {"staff_file": None, **dashboard}})
    for command in (("config", "check"), ("run",)):
        done = staff.run(*command)
        assert done.returncode == 78, done
        assert len(done.stderr.strip().splitlines()) == 1 and words in done.stderr, done.stderr


def test_a_broken_line_is_an_error_with_its_number_and_without_a_hash(staff):
    staff.file.write_text("alice:analyst:!\nbob:analyst:hunter2hunter2\ncarol:boss:!\nalice:analyst:!\n")
    done = staff.check()
    assert done.returncode == 78
    lines = done.stderr.strip().splitlines()
    assert [f"{staff.file}:{number}: " in line for number, line in zip((2, 3, 4), lines)] == [True] * 3 and len(lines) == 3
    assert "alidade staff passwd NAME" in lines[0] and "stands in line 1 already" in lines[2]
    assert "hunter2" not in done.stderr
    assert "bob" in staff.staff("list", status=78).stderr


def test_the_doctor_tells_whether_the_socket_can_be_made(binary, tmp_path):
    def finding(path):
        staff = Staff(binary, tmp_path, {"http": {"listen": None, "socket": str(path)}, "dashboard": {"staff_file": None}})
        done = staff.run("doctor", "--json", "--user", "root")
        return next(finding for finding in json.loads(done.stdout) if finding["check"] == "http")
    assert finding(tmp_path / "socket")["status"] == "ok"
    missing = finding(tmp_path / "nowhere" / "socket")
    assert missing["status"] == "problem" and f"{tmp_path}/nowhere: No such file or directory" in missing["finding"]


@pytest.mark.parametrize("prefix, cost", [("$6$", 0), ("$5$", 0), ("$1$", 0), ("", 0), ("$2b$", 8), ("$y$", 3)])
def test_a_weak_hash_is_refused(staff, prefix, cost):
    staff.file.write_text(f"alice:analyst:{crypt(PASSWORD, setting(prefix, cost))}\n")
    done = staff.check()
    assert done.returncode == 78 and "can be broken too fast; set a password with 'alidade staff passwd NAME'" in done.stderr, done


def test_passwords_without_tls_are_warned_about(binary, tmp_path):
    def warnings_of(settings):
        staff = Staff(binary, tmp_path, settings)
        staff.file.write_text("alice:analyst:!\n")
        done = staff.run("config", "check", "--json")
        assert done.returncode == 0, done
        return json.loads(done.stdout)["warnings"]
    everywhere = {"http": {"listen": "0.0.0.0:8089"}}
    assert warnings_of({}) == []
    assert ["without TLS" in line for line in warnings_of({**everywhere, "dashboard": {"url": "http://box:8089"}})] == [True]
    assert ["cannot log in" in line for line in warnings_of(everywhere)] == [True]
    assert warnings_of({**everywhere, "dashboard": {"url": "https://telemetry.example.org"}}) == []
    assert ["no pages" in line for line in warnings_of({"http": {"listen": None}})] == [True]


def test_a_staff_file_may_be_a_credential(binary, tmp_path):
    staff = Staff(binary, tmp_path, {"dashboard": {"staff_file": "members"}})
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "members").write_text("alice:analyst:!\n")
    done = staff.run("staff", "list", environment={"CREDENTIALS_DIRECTORY": credentials})
    assert done.returncode == 0 and "alice" in done.stdout, done


# A running daemon


def test_a_reload_takes_up_the_staff_file_or_says_what_is_wrong_with_it(make_daemon, host, tmp_path):
    file = tmp_path / "members"
    file.write_text("alice:analyst:!\n")
    daemon = make_daemon({"dashboard": {"staff_file": str(file)}}).start()
    file.write_text("alice:boss:!\n")
    daemon.signal(1)
    daemon.wait_log(f"could not reload: {daemon.config}:")
    assert f"{file}:1: the roles of alice are not of analyst" in daemon.log()
    file.write_text("alice:operator:!\n")
    daemon.signal(1)
    daemon.wait_log("dashboard.staff_file: the old content -> new content")


def test_the_daemon_warns_of_passwords_without_tls_when_it_starts(make_daemon, host, tmp_path):
    (tmp_path / "members").write_text("alice:analyst:!\n")
    port = free_port()
    daemon = make_daemon({"http": {"listen": f"0.0.0.0:{port}"}, "dashboard": {
        "url": f"http://box:{port}", "staff_file": str(tmp_path / "members")}}).start()
    assert f"warning dashboard.url: http://box:{port} is without TLS" in daemon.log()


# The doctor


def staff_findings(staff, *options):
    done = staff.run("doctor", "--json", *options)
    return [finding for finding in json.loads(done.stdout) if finding["check"] in ("staff", "file permissions")]


def test_the_doctor_tells_who_may_come_in(staff):
    staff.file.write_text("alice:analyst:!\nbob:analyst:!\n")
    staff.file.chmod(0o640)
    assert any(finding["finding"] == f"{staff.file} has 2 members" for finding in staff_findings(staff))
    staff.file.chmod(0o666)
    found = staff_findings(staff)
    assert any("everybody on this machine may write to the hashes" in finding["finding"] for finding in found), found
    assert any("the group of" in finding["finding"] for finding in found), found
    staff.configure({"dashboard": {"staff_file": None, "proxy": PROXY}})
    found = staff_findings(staff)
    assert any("X-Remote-User is believed from 127.0.0.1/32" in finding["finding"] for finding in found), found
    assert any("every program on this machine" in finding["finding"] and finding["status"] == "warning" for finding in found), found


def test_the_doctor_judges_the_staff_file_as_the_daemon(staff):
    needs_root()
    staff.file.write_text("alice:analyst:!\n")
    staff.file.chmod(0o600)
    done = staff.run("config", "check", "--user", "nobody")
    assert done.returncode == 78 and f"nobody, the daemon's user, cannot read {staff.file}" in done.stderr, done
