"""What the client writes by itself is what pika would write, byte for byte."""
import json

import pytest
from pika import frame, spec

from alidade import __version__
from alidade.events import Record
from alidade.frames import Frames


def by_pika(channel, frame_max, record, service, lost):
    headers = {"x-alidade-client": __version__, **(json.loads(record.headers) if record.headers else {}), **({"x-alidade-lost": lost} if lost else {})}
    properties = spec.BasicProperties(content_type="application/json", delivery_mode=2, message_id=record.event_id, timestamp=record.timestamp,
                                      app_id=service, headers=headers)
    parts = [frame.Method(channel, spec.Basic.Publish(exchange="telemetry", routing_key=record.key, mandatory=True)),
             frame.Header(channel, len(record.body), properties)]
    most = frame_max - spec.FRAME_HEADER_SIZE - spec.FRAME_END_SIZE
    parts += [frame.Body(channel, record.body[start:start + most]) for start in range(0, len(record.body), most)]
    return b"".join(part.marshal() for part in parts)


@pytest.mark.parametrize("size", [0, 1, 300, 4087, 4088, 4089, 8176, 8177, 262_144])
@pytest.mark.parametrize("headers", [{}, {"traceparent": "00-1-2-01", "tracestate": "ä=1"}], ids=["plain", "traced"])
@pytest.mark.parametrize("lost", [0, 7, 2 ** 40])
def test_the_frames_are_pikas_byte_for_byte(size, headers, lost):
    record = Record(1, "intelligence.view", "0199-ä", 1_700_000_000, json.dumps(headers).encode() if headers else b"", b"{" * size)
    frames = Frames(3, 4096)
    for _ in range(2):
        assert frames.message(record, "dienst-ö", lost) == by_pika(3, 4096, record, "dienst-ö", lost)


def test_keys_and_services_that_come_and_go_are_not_kept_for_ever():
    frames = Frames(1, 131_072)
    for number in range(1000):
        record = Record(0, f"profiler.s{number}", "e", 1, b"", b"{}")
        assert frames.message(record, f"service-{number}", 0) == by_pika(1, 131_072, record, f"service-{number}", 0)
    assert len(frames._methods) <= 100 and len(frames._services) <= 100


def test_a_key_that_amqp_has_no_room_for_is_refused_here():
    with pytest.raises(ValueError, match="300 bytes where AMQP has room for 255"):
        Frames(1, 4096).message(Record(0, "k" * 300, "e", 1, b"", b"{}"), "tests", 0)
