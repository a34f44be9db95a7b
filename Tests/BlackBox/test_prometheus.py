"""What is shipped for Prometheus and Grafana: alert rules and a dashboard, against a real Prometheus that scrapes the daemon."""
import json
import pathlib
import re
import subprocess
import time

import pytest

from harness.daemon import run
from harness.ledger import Ledger
from harness.prometheus import Prometheus
from harness.waiting import wait_until

FOLDER = pathlib.Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = FOLDER / "alidade.rules.yaml"
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PAGE = pathlib.Path(__file__).parents[2] / "Sources" / "alidade" / "Documentation.docc" / "Health-and-metrics.md"


def promtool(*arguments):
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=240)


def expressions():
    """Every query of the dashboard, by its panel, as Grafana would send it."""
    found = []
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$__rate_interval", "15s").replace("$job", "alidade").replace("$instance", ".*")
            assert "$" not in expression, expression
            found.append((panel["title"], expression))
    return found


def names(text):
    """Names of metrics in a text; a histogram's parts are its own name."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\b(?:alidade|process)_[a-z0-9_]+", text)}


def test_the_alert_rules_do_what_they_say():
    done = promtool("test", "rules", FOLDER / "alidade.rules.test.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_test_of_the_rules_notices_a_rule_that_never_fires(tmp_path):
    rules = RULES.read_text()
    for number, (old, new) in enumerate([("alidade_consuming == 0", "alidade_consuming == 2"), ("> 2 * 86400", "> 2000 * 86400"), ("for: 3d", "for: 9d")]):
        assert old in rules
        (tmp_path / "alidade.rules.yaml").write_text(rules.replace(old, new))
        (tmp_path / "alidade.rules.test.yaml").write_text((FOLDER / "alidade.rules.test.yaml").read_text())
        assert promtool("test", "rules", tmp_path / "alidade.rules.test.yaml").returncode != 0, (number, old)


@pytest.fixture
def host(secure_broker):
    """Over TLS, so that there are certificates to watch."""
    return secure_broker.new_host()


@pytest.fixture
def scraped(make_daemon, host, secure_broker, tmp_path):
    """A daemon with work of every kind behind it, and the Prometheus that watches it."""
    url = secure_broker.tls_url + host.name
    daemon = make_daemon({"broker": {"url": url, "tls": secure_broker.client()}, "aggregates": {"interval_seconds": 5}}).start()
    prometheus = Prometheus(tmp_path / "prometheus", [daemon.settings["http"]["listen"]], [RULES])
    ledger = Ledger(host)
    try:
        prometheus.wait_ready()
        done = run(daemon.binary, "store", "backup", tmp_path / "backup.db", "--store", f"sqlite://{daemon.store_path}")
        assert done.returncode == 0, done
        with ledger.flow(rate=200, bad_share=0.1):
            yield daemon, prometheus, lambda: host.publish(
                "intelligence", json.dumps(ledger.maker.view_document()).encode(), timestamp=int(time.time()))
    finally:
        ledger.close()
        prometheus.stop()


def test_every_query_of_the_dashboard_has_an_answer(scraped):
    _, prometheus, publish_with_time = scraped
    for title, expression in expressions():
        def answered():
            publish_with_time()
            values = [float(series["value"][1]) for series in prometheus.query(expression)]
            return values and all(value == value for value in values)
        wait_until(f"the panel “{title}” showed something: {expression}", answered, 40)


def test_every_rule_is_evaluated_and_a_healthy_daemon_pages_nobody(scraped):
    _, prometheus, _ = scraped
    rules = wait_until("every rule was evaluated", lambda: all(rule["health"] == "ok" for rule in prometheus.rules()) and prometheus.rules(), 40)
    assert len(rules) == RULES.read_text().count("- alert:")
    assert [rule["name"] for rule in rules if rule["state"] == "firing" and rule["labels"]["severity"] == "page"] == []


def test_rules_dashboard_and_page_name_only_what_is_served(scraped):
    _, prometheus, _ = scraped
    wait_until("the gauges of the store were seen", lambda: prometheus.query("alidade_store_free_bytes"), 40)
    served = {re.sub(r"_(bucket|sum|count)$", "", series["metric"]["__name__"])
              for series in prometheus.query('{job="alidade", __name__=~"(alidade|process)_.*"}')}
    used = names(" ".join(expression for _, expression in expressions())) | names(
        "\n".join(line for line in RULES.read_text().splitlines() if "description" not in line and "summary" not in line))
    assert used <= served, used - served
    documented = names(PAGE.read_text().split("## Metrics")[1].split("\n## ")[0])
    assert documented == served, (documented - served, served - documented)
