"""The page Topology.md: its tables are the program's, the broker's objects are as it says, and its permissions are enough and needed."""
import json
import re

import pytest

from harness import page
from harness.daemon import free_port, run
from harness.events import Maker, body_of
from harness.metrics import Asker, Reader
from harness.store import Store
from harness.waiting import wait_until
from test_receipts import Client

TEXT = page.text("Topology")
MODES = ("declare", "check")


def table(heading):
    """The rows of the table under a heading, without its head."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", section, re.M)][2:]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def test_the_tables_are_the_program_s(binary):
    parts = run(binary, "manual", "topology").stdout.rstrip().split("\n\n")
    assert len(parts) == 6
    for part in parts:
        assert f"\n\n{part}\n\n" in TEXT, f"write this part of `alidade manual topology` into the page:\n{part}"


@pytest.mark.parametrize("kind", ["quorum", "classic"])
def test_the_broker_has_what_the_page_lists(make_daemon, host, kind):
    daemon = make_daemon({"topology": {"queue_type": kind}}).start()
    exchanges = {tuple(row.split("\t")) for row in host.ctl(
        "list_exchanges", "--no-table-headers", "name", "type", "durable").splitlines() if row.startswith("telemetry")}
    assert exchanges == {(names(name)[0], kind, str(durable == "yes").lower()) for name, kind, durable, _ in table("Exchanges")}
    place = 3 if kind == "quorum" else 4
    wait_until("every queue was made", lambda: len(host.depths()) == len(table("Queues")))
    found = {}
    for row in host.ctl("list_queues", "--no-table-headers", "name", "durable", "arguments").splitlines():
        name, durable, arguments = row.split("\t")
        assert durable == "true"
        found[name] = {f"{key}: {value}" for key, value in re.findall(r'{"([\w-]+)","?(\w[\w-]*)"?}', arguments)}
    assert found == {names(row[0])[0]: set(names(row[place])) for row in table("Queues")}
    bindings = {tuple(row.split("\t")) for row in host.ctl(
        "list_bindings", "--no-table-headers", "source_name", "destination_name", "routing_key").splitlines()}
    assert {binding for binding in bindings if binding[0]} == {
        (names(bound)[0], names(name)[0], names(key)[0]) for name, bound, key, *_ in table("Queues") if names(key)}


def test_the_routing_keys_lead_where_the_page_says(make_daemon, host):
    daemon = make_daemon({"aggregates": {"interval_seconds": 1}}).start()
    store, maker, asker, reader = Store(daemon.store_path), Maker(), Asker(host), Reader(host)
    keys = {row[0]: names(row[3]) for row in table("Routing keys")}
    for what, document in (("profiler telemetry", maker.profiler_document), ("intelligence events", maker.view_document)):
        for key in keys[what]:
            asker.channel.basic_publish("telemetry", key, body_of(document()))
    store.await_received(4)
    assert store.tally()["stored"] == 4
    assert keys["a request for metrics"] == ["telemetry-metrics-requests"]
    reader.await_one("override_rate", 7)
    method = next(method for method, _, document in reader.published if document["metric"] == "override_rate")
    days = method.routing_key.split(".")[2].removesuffix("d")
    assert method.routing_key == keys["an aggregate"][0].replace("METRIC", "override_rate").replace("DAYS", days)
    assert f"`{method.routing_key.replace(f'.{days}d', '.7d')}`" in TEXT
    asker.close()
    reader.close()


def test_the_connections_have_the_names_of_the_page(daemon, host):
    daemon.start()
    client = Client(host, direct=False)
    client.ask("intelligence", body_of(Maker().view_document(admin_user_id=0)), "one")  # with a receipt and a rejection
    listed = {names(row[0])[0] for row in table("Connections")}

    def named():
        return set(re.findall(r'"connection_name","(.*?)"', "".join(host.connections("client_properties"))))
    wait_until("all were there", lambda: named() == listed, 30, every=0.5)
    client.connection.close()


# Permissions

def user(host, *permissions):
    """A URL of a user with these three patterns on the virtual host, and no others."""
    return host.permit(f"least-{host.name}", "secret", *permissions)


def patterns(mode):
    """The three patterns of the command that the page shows for a mode."""
    command = TEXT.split(f"With `topology.mode: {mode}`")[1].split("rabbitmqctl set_permissions")[1].split("\n\n")[0]
    found = re.findall(r"'([^']*)'", command)
    assert len(found) == 3
    return found


def listed(mode, exclusive=False):
    """What the table says is needed, in the words of the doctor."""
    wanted = {"both modes", f"`topology.mode: {mode}`"} | ({"`topology.exclusive: true`"} if exclusive else set())
    return {(right, *re.match(r"(\w+) `(.+)`", thing).groups()) for right, thing, when, _ in table("Permissions") if when in wanted}


def missing(daemon):
    """What the doctor names as missing."""
    finding = next(entry for entry in json.loads(daemon.run("doctor", "--json").stdout) if entry["check"] == "permissions")
    return {found.groups() for found in re.finditer(r"(\w+) on the (exchange|queue) ([\w.-]+)", finding["finding"])}


@pytest.mark.parametrize("exclusive", [False, True], ids=["shared", "exclusive"])
@pytest.mark.parametrize("mode", MODES)
def test_the_broker_refuses_somebody_who_has_none_of_them(make_daemon, daemon, host, mode, exclusive):
    assert daemon.run("topology", "declare").returncode == 0
    weak = make_daemon(
        {"broker": {"url": user(host, "^$", "^$", "^$")}, "topology": {"mode": mode, "exclusive": exclusive}}, name="weak")
    found = missing(weak)
    # To bind takes two permissions, and the broker names the second one to whom has the first.
    user(host, "^$", ".*", "^$")
    assert found | missing(weak) == listed(mode, exclusive)


@pytest.mark.parametrize("exclusive", [False, True], ids=["shared", "exclusive"])
@pytest.mark.parametrize("mode", MODES)
def test_the_permissions_are_enough(make_daemon, daemon, host, mode, exclusive):
    if mode == "check":
        assert daemon.run("topology", "declare").returncode == 0
    configure, write, read = patterns(mode)
    if exclusive:
        configure = f"{configure}|^telemetry-ingest-lock$"
    least = make_daemon({
        "broker": {"url": user(host, configure, write, read)}, "topology": {"mode": mode, "exclusive": exclusive},
        "aggregates": {"interval_seconds": 1}}, name="least")
    assert missing(least) == set()
    least.start()
    client, asker = Client(host, direct=False), Asker(host)
    assert client.ask("profiler", body_of(Maker().profiler_document()), "one")["status"] == "stored"
    assert asker.ask(metric="override_rate", days=7)["metric"] == "override_rate"
    reader = Reader(host)
    reader.await_one("override_rate", 7)
    assert "ACCESS_REFUSED" not in least.log()
    for one in (client.connection, asker, reader):
        one.close()


# Declare and check

@pytest.mark.parametrize("verb", MODES)
def test_the_commands_exit_as_the_page_says(make_daemon, daemon, host, verb):
    assert daemon.run("topology", verb).returncode == (0 if verb == "declare" else 2)
    shown = re.search(r"\$ alidade topology declare\n(.*?)```", TEXT, re.S).group(1)
    assert daemon.run("topology", "declare").stdout == shown
    assert [names(row[0])[0] for part in ("Exchanges", "Queues") for row in table(part)] == [line.split()[2] for line in shown.splitlines()]
    gone = make_daemon({"broker": {"url": f"amqp://127.0.0.1:{free_port()}/"}}, name="gone")
    assert gone.run("topology", verb).returncode == 1


def test_a_difference_is_told_in_the_words_of_the_page(daemon, host):
    with host.connect() as connection:
        connection.channel().queue_declare("profiler-telemetry", durable=True, arguments={"x-queue-type": "classic"})
    line = re.search(r"^    (queue profiler-telemetry: .*: )…$", TEXT, re.M).group(1)
    assert line in daemon.run("topology", "declare").stdout


def test_check_looks_only_whether_something_is_there(make_daemon, daemon, host):
    classic = make_daemon({"topology": {"queue_type": "classic"}}, name="classic")
    assert classic.run("topology", "declare").returncode == 0
    assert daemon.run("topology", "declare").returncode == 2
    assert daemon.run("topology", "check").returncode == 0
