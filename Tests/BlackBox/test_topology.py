"""The topology at the broker: declared, checked, and what is said where it does not match."""
from harness.daemon import run
from harness.health import await_reason


def test_the_daemon_declares_its_topology(daemon, host):
    daemon.start()
    rows = [row.split("\t") for row in host.ctl(
        "list_queues", "--no-table-headers", "name", "durable", "type").splitlines()]
    queues = {name: (durable, kind) for name, durable, kind in rows}
    for name in ("profiler-telemetry", "intelligence-events"):
        assert queues[name] == ("true", "quorum"), queues
    bindings = host.ctl("list_bindings", "--no-table-headers", "source_name", "routing_key", "destination_name").splitlines()
    assert "telemetry\tprofiler.#\tprofiler-telemetry" in bindings
    assert "telemetry\tintelligence.#\tintelligence-events" in bindings
    exchanges = host.ctl("list_exchanges", "--no-table-headers", "name", "type", "durable").splitlines()
    assert "telemetry\ttopic\ttrue" in exchanges and "telemetry.aggregates\ttopic\ttrue" in exchanges
    assert "telemetry.rejections\ttopic\ttrue" in exchanges


def test_topology_check_names_what_is_missing_and_declare_makes_it(daemon, host):
    done = daemon.run("topology", "check")
    assert done.returncode == 2, done
    for name in ("telemetry", "profiler-telemetry", "intelligence-events"):
        assert name in done.stdout + done.stderr
    assert host.depths() == {}
    assert daemon.run("topology", "declare").returncode == 0
    done = daemon.run("topology", "check")
    assert done.returncode == 0, done


def test_what_is_expected_is_printed_as_people_write_it(daemon):
    done = daemon.run("topology", "check")
    assert "a durable quorum queue, x-max-length 100000, x-overflow drop-head" in done.stdout, done
    document = run(daemon.binary, "schema", "asyncapi").stdout
    assert "integer(" not in done.stdout + document
    assert "x-max-length: 100000; x-overflow: drop-head" in document


def test_topology_check_names_a_mismatch_and_the_daemon_refuses_to_start(make_daemon, daemon, host):
    with host.connect() as connection:
        connection.channel().queue_declare("profiler-telemetry", durable=True, arguments={"x-queue-type": "classic"})
    assert daemon.run("topology", "declare").returncode == 2
    daemon.start(wait=False)
    assert daemon.wait(20) == 1
    for word in ("profiler-telemetry", "quorum", "classic"):
        assert word in daemon.log()


def test_an_exchange_of_another_kind_is_named(daemon, host):
    with host.connect() as connection:
        connection.channel().exchange_declare("telemetry", "fanout", durable=True)
    daemon.start(wait=False)
    assert daemon.wait(20) == 1
    for word in ("telemetry", "topic", "fanout"):
        assert word in daemon.log()


def test_in_check_mode_nothing_is_declared_and_what_is_missing_is_waited_for(make_daemon, host):
    daemon = make_daemon({"topology": {"mode": "check"}})
    daemon.start(wait=False)
    await_reason(daemon, "no exchange 'telemetry'")
    assert daemon.running() and host.depths() == {}
    assert daemon.run("topology", "declare").returncode == 0
    daemon.wait_ready(60)
    assert daemon.stop() == 0


def test_in_check_mode_a_topology_that_is_there_is_used(make_daemon, daemon, host):
    assert daemon.run("topology", "declare").returncode == 0
    checked = make_daemon({"topology": {"mode": "check"}}, name="checked").start()
    assert checked.stop() == 0
