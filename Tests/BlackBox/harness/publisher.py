import collections
import threading
import time

import pika

ROUTING = {"profiler": "profiler.session.event", "intelligence": "intelligence.event"}


class Publisher:
    """Publishes persistent messages with many confirms outstanding, on a thread of its own.

    What was not confirmed when a connection broke is published again on the next one: the broker may then hold it twice, which is
    exactly what a producer does that wants nothing lost. So is what came back because no queue was bound yet, although the broker confirms it.
    """

    WINDOW = 500
    PATIENCE = 8  # seconds without a confirm after which the connection is given up, as a broker that restarts may forget some

    def __init__(self, host, confirmed, published):
        self._host = host
        self._confirmed = confirmed
        self._published = published
        self._waiting = []
        self._outstanding = {}
        self._returned = collections.Counter()  # bodies that came back; the confirm of each follows
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._connection = None
        self._channel = None
        self._tag = 0
        self._heard = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def send(self, messages):
        with self._lock:
            self._waiting.extend(messages)

    def idle(self):
        with self._lock:
            return not self._waiting and not self._outstanding

    def close(self):
        self._stop.set()
        self._thread.join(20)

    def _run(self):
        while not self._stop.is_set():
            try:
                self._connection = pika.SelectConnection(
                    self._host.parameters(), on_open_callback=self._opened,
                    on_open_error_callback=lambda connection, _: connection.ioloop.stop(),
                    on_close_callback=lambda connection, _: connection.ioloop.stop())
                self._connection.ioloop.start()
            except (pika.exceptions.AMQPError, OSError):
                pass
            self._drop()
            with self._lock:
                self._waiting = list(self._outstanding.values()) + self._waiting
                self._outstanding.clear()
            self._stop.wait(0.2)

    def _drop(self):
        """Leaves the connection to the broker to clear away, whatever state it is in: closing it in order could wait for ever."""
        transport = getattr(self._connection, "_transport", None)
        if transport is not None:
            transport.abort()

    def _opened(self, connection):
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel):
        self._channel, self._tag, self._heard = channel, 0, time.monotonic()
        self._returned.clear()
        channel.add_on_return_callback(lambda _channel, _method, _properties, body: self._returned.update([body]))
        channel.confirm_delivery(self._settled, callback=lambda _: self._pump())

    def _settled(self, frame):
        method, self._heard = frame.method, time.monotonic()
        with self._lock:
            tags = [tag for tag in self._outstanding if tag <= method.delivery_tag] if method.multiple else [method.delivery_tag]
            settled = [self._outstanding.pop(tag) for tag in tags if tag in self._outstanding]
            if isinstance(method, pika.spec.Basic.Nack):
                self._waiting.extend(settled)
                return
            kept = []
            for message in settled:
                came_back = self._returned[message.body] > 0
                self._returned[message.body] -= came_back
                (self._waiting if came_back else kept).append(message)
        for message in kept:
            self._confirmed(message)

    def _gave_up(self):
        """Also when the broker closed the channel but not the connection."""
        return self._channel.is_closed or time.monotonic() - self._heard > self.PATIENCE

    def _pump(self):
        if self._stop.is_set() or self._gave_up():
            self._connection.ioloop.stop()
            return
        if self._channel.is_open:
            with self._lock:
                if not self._outstanding:
                    self._heard = time.monotonic()
                room = self.WINDOW - len(self._outstanding)
                now, self._waiting = self._waiting[:room], self._waiting[room:]
                for message in now:
                    self._tag += 1
                    self._outstanding[self._tag] = message
            for message in now:
                self._published(message)
                properties = pika.BasicProperties(
                    delivery_mode=2, **{"content_type": "application/json", **message.properties})
                self._channel.basic_publish("telemetry", ROUTING[message.kind], message.body, properties, mandatory=True)
        self._connection.ioloop.call_later(0.005, self._pump)


class Flow:
    """Publishes at a steady rate in the background until it is stopped: the load under which things go wrong."""

    def __init__(self, publish, rate):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(publish, rate), name="flow", daemon=True)
        self._thread.start()

    def _run(self, publish, rate):
        began, sent = time.monotonic(), 0
        while not self._stop.wait(0.02):
            due = int((time.monotonic() - began) * rate) - sent
            if due > 0:
                publish(due)
                sent += due

    def stop(self):
        self._stop.set()
        self._thread.join(10)
