"""Somebody who asks for metrics, and somebody who reads the published aggregates."""
import json
import uuid

import pika

from harness.waiting import wait_until

REQUESTS = "telemetry-metrics-requests"
AGGREGATES = "telemetry-aggregates"

METRICS = (
    "recommendation_acceptance_rate", "average_decision_time", "override_rate", "false_positive_rate", "outcome_distribution",
    "outcome_by_decision", "admin_engagement", "profiler_completion", "profiler_funnel", "module_reach", "module_time", "session_duration", "aptitude_score",
    "technical_exposure_score",
    "work_style_distribution", "difficulty_distribution", "recommended_track_distribution", "scenario_choice_distribution",
    "device_distribution", "value_statements", "track_alignment", "result_acceptance_rate", "attempt_violations",
    "foundations_transition", "data_quality")
# Those that are made of intelligence events alone.
INTELLIGENCE = METRICS[:7]


class Asker:
    """Sends requests and keeps every reply by its correlation id."""

    def __init__(self, host, direct=False):
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.replies = {}
        self.reply_to = "amq.rabbitmq.reply-to" if direct else self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.reply_to, self._keep, auto_ack=True)

    def _keep(self, channel, method, properties, body):
        self.replies.setdefault(properties.correlation_id, []).append((properties, json.loads(body)))

    def send(self, request, correlation_id=None, **properties):
        """Publishes a request, as JSON or as the bytes that it is; its correlation id."""
        correlation_id = correlation_id or str(uuid.uuid4())
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        self.channel.basic_publish("", REQUESTS, body, pika.BasicProperties(
            **{"reply_to": self.reply_to, "correlation_id": correlation_id, "delivery_mode": 2, **properties}))
        return correlation_id

    def poll(self):
        self.connection.process_data_events(0.02)

    def reply(self, correlation_id, limit=30):
        """The properties and the document of one reply."""
        def arrived():
            self.poll()
            return correlation_id in self.replies
        wait_until(f"the reply {correlation_id} came", arrived, limit)
        return self.replies[correlation_id][0]

    def ask(self, **request):
        """The document that answers a request."""
        return self.reply(self.send(request))[1]

    def error(self, request):
        """The code and the message with which a request is refused."""
        properties, document = self.reply(self.send(request))
        assert properties.type == "error" and list(document) == ["error"], document
        return document["error"]["code"], document["error"]["message"]

    def close(self):
        if self.connection.is_open:
            self.connection.close()


class Reader:
    """Takes the published aggregates from their queue and keeps them in their order."""

    def __init__(self, host):
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.published = []

    def poll(self):
        while True:
            method, properties, body = self.channel.basic_get(AGGREGATES, auto_ack=True)
            if method is None:
                return self.published
            self.published.append((method, properties, json.loads(body)))

    def of(self, metric, days):
        """The documents of one metric and window so far."""
        return [d for _, _, d in self.poll() if (d["metric"], d["window"]["days"]) == (metric, days)]

    def await_one(self, metric, days, condition=lambda document: True, limit=30):
        """The first document of one metric and window that a condition holds for."""
        return wait_until(
            f"{metric} over {days} days was published", lambda: next(filter(condition, self.of(metric, days)), None), limit)

    def close(self):
        if self.connection.is_open:
            self.connection.close()


def without_intervals(result):
    """A result without the confidence intervals of its rates, for who compares counts."""
    if isinstance(result, dict):
        return {name: without_intervals(value) for name, value in result.items() if not name.endswith("_interval")}
    return [without_intervals(value) for value in result] if isinstance(result, list) else result
