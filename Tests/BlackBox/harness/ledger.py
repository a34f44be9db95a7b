import collections
import contextlib
import threading

from harness.events import Maker
from harness.publisher import Flow, Publisher
from harness.waiting import wait_until


class Ledger:
    """What was published on a virtual host, what the broker confirmed, and so what the store must hold."""

    def __init__(self, host, seed=1):
        self.maker = Maker(seed)
        self.attempted = collections.Counter()
        self.confirmed = collections.Counter()
        self._lock = threading.Lock()
        self._host = host
        self._publisher = None
        self._recent = collections.deque(maxlen=500)

    def send(self, messages):
        if self._publisher is None:
            self._publisher = Publisher(self._host, self._confirm, self._attempt)
        self._publisher.send(messages)

    def mixed(self, count, kind=None, bad_share=0.04, duplicate_share=0.05):
        """Good messages with some bad ones and some that were sent before."""
        batch = []
        for _ in range(count):
            lot = self.maker.random.random()
            if lot < bad_share:
                batch.append(self.maker.bad())
            elif lot < bad_share + duplicate_share and self._recent:
                batch.append(self.maker.random.choice(self._recent))
            else:
                batch.append(self.maker.good(kind))
                self._recent.append(batch[-1])
        return batch

    def publish(self, count, limit=60, **shares):
        """Publishes a mixture and waits for its confirms."""
        self.send(self.mixed(count, **shares))
        self.settle(limit)

    def settle(self, limit=60):
        if self._publisher is not None:
            wait_until("the broker confirmed every message", self._publisher.idle, limit)

    @contextlib.contextmanager
    def flow(self, rate=600, **shares):
        """A steady load while the body of the with statement runs; afterwards everything is confirmed."""
        flow = Flow(lambda count: self.send(self.mixed(count, **shares)), rate)
        try:
            yield self
        finally:
            flow.stop()
        self.settle()

    def close(self):
        if self._publisher is not None:
            self._publisher.close()

    def good(self):
        with self._lock:
            return {message.identity for message in self.confirmed if message.identity}

    def bad(self):
        with self._lock:
            return {message.body: message.reason for message in self.confirmed if message.reason}

    def in_doubt(self):
        """Identities and bodies that were sent and may or may not have arrived."""
        with self._lock:
            open_ones = set(self.attempted) - set(self.confirmed)
            return {m.identity for m in open_ones if m.identity}, {m.body for m in open_ones if m.reason}

    def copies(self):
        """How many confirmed messages there are, every copy counted: each is received at least once."""
        with self._lock:
            return self.confirmed.total()

    def _attempt(self, message):
        with self._lock:
            self.attempted[message] += 1

    def _confirm(self, message):
        with self._lock:
            self.confirmed[message] += 1
