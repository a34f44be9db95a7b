"""A publication that the broker will not have costs itself, is counted, and comes with a later round."""
import pytest

from harness.metrics import Reader
from harness.pages import metrics, readiness, total
from harness.waiting import wait_until


@pytest.fixture
def reader(host):
    host.declare()
    reader = Reader(host)
    yield reader
    reader.close()


def test_a_queue_that_refuses_is_tried_again_with_the_next_round_and_no_sooner(make_daemon, host, reader):
    def troubles():
        return [text for text in readiness(daemon)["troubles"] if "publications" in text]

    queue = reader.channel.queue_declare(
        "", exclusive=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}).method.queue
    reader.channel.basic_publish("", queue, b"there is no room for another")
    reader.channel.queue_bind(queue, "telemetry.aggregates", "metrics.override_rate.7d")
    daemon = make_daemon({"aggregates": {"interval_seconds": 2, "windows": [7]}}).start()
    wait_until("it was given up twice", lambda: total(metrics(daemon), "alidade_publications_dropped_total", cause="refused") >= 2, 60)
    wait_until("the health named it", lambda: "a queue that takes publications is full: 1 refused" in str(troubles()), 60)
    reader.channel.queue_unbind(queue, "telemetry.aggregates", "metrics.override_rate.7d")
    samples = metrics(daemon)
    rounds = total(samples, "alidade_publications_total", status="failed")
    assert rounds == total(samples, "alidade_publications_dropped_total") and total(samples, "alidade_publications_total", status="confirmed") > 10
    # The other queue has had it each time: three tries in a round.
    wait_until("it was taken", lambda: len(reader.of("override_rate", 7)) > 1)
    assert len(reader.of("override_rate", 7)) <= 3 * (rounds + 2)
    assert "dropped publications" in daemon.log()
    wait_until("the health named it no more", lambda: troubles() == [], 30)
