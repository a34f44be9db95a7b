"""Messages as producers send them: realistic, unique, and with what must become of each."""
import dataclasses
import datetime
import hashlib
import json
import random
import re
import uuid

TRACKS = ("defender", "offensive", "grc", "innovation", "leadership")
BASE = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=2)


@dataclasses.dataclass(frozen=True)
class Message:
    kind: str  # profiler or intelligence: the queue
    body: bytes
    identity: tuple = None  # (event id, microseconds) of a good one
    reason: str = None  # of a bad one
    properties: dict = dataclasses.field(default_factory=dict, hash=False)


def body_of(document):
    return json.dumps(document, separators=(",", ":")).encode()


def microseconds(moment):
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def text(moment):
    return moment.isoformat().replace("+00:00", "Z")


def hashed(body):
    return hashlib.sha256(body).hexdigest()[:32]


class Maker:
    """Makes messages from one seed; every one is different from every other."""

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.count = 0

    def moment(self):
        """A time of its own for every message, out of order by some minutes."""
        self.count += 1
        shift = self.random.randrange(180_000_000)
        return BASE + datetime.timedelta(seconds=self.count, microseconds=shift)

    def event_id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def profiler_document(self, **members):
        at = self.moment()
        document = {
            "event_id": self.event_id(), "emitted_at": text(at), "user_id": f"user-{self.count}",
            "session_id": f"session-{self.count}", "completion_status": "finished",
            "started_at": text(at - datetime.timedelta(minutes=20)), "completed_at": text(at - datetime.timedelta(seconds=9)),
            "time_spent_seconds": 700, "time_spent_per_module": {"identity": 200, "aptitude": 480},
            "aptitude_score": self.random.randint(0, 100), "technical_exposure_score": self.random.randint(0, 100),
            "work_style_cluster": "balanced", "difficulty_selection": "intermediate", "attempt_count": 1,
            "answers": [{"question_id": f"aptitude_{n}", "selected_option": self.random.choice("ABCD")} for n in range(1, 5)],
        }
        return {**document, **members}

    def recommendation_document(self, **members):
        document = {
            "event_id": self.event_id(), "occurred_at": text(self.moment()),
            "action_taken": self.random.choice(("VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN")),
            "risk_signal_id": 1 + self.random.randrange(50_000), "admin_user_id": 1 + self.random.randrange(200),
            "recommendation_type": "mentor_check_in", "confidence": "HIGH", "decision_time_ms": 4200,
            "explanation_version": "v3",
        }
        return {**document, **members}

    def outcome_document(self, **members):
        at = self.moment()
        document = {
            "event_id": self.event_id(), "occurred_at": text(at), "outcome_status": "RESOLVED",
            "risk_signal_id": 1_000_000 + self.count, "resolution_time_hours": 3.5, "explanation_version": "v3",
        }
        return {**document, **members}

    def view_document(self, **members):
        document = {
            "event_id": self.event_id(), "occurred_at": text(self.moment()), "event_type": "SIGNAL_DETAIL_OPEN",
            "admin_user_id": 7, "risk_signal_id": 12, "explanation_version": "v3",
        }
        return {**document, **members}

    def good(self, kind=None):
        """A message that must be stored; now and then one that names itself by its AMQP properties or not at all."""
        kind = kind or self.random.choice(("profiler", "intelligence"))
        if kind == "profiler":
            document, time = self.profiler_document(), "emitted_at"
        else:
            make = self.random.choice((self.recommendation_document,) * 6 + (self.outcome_document, self.view_document))
            document, time = make(), "occurred_at"
        at = datetime.datetime.fromisoformat(document[time].replace("Z", "+00:00"))
        properties = {}
        naming = self.random.randrange(20)
        if naming == 0:
            properties["message_id"] = document.pop("event_id")
        elif naming == 1:
            document.pop("event_id")
        body = body_of(document)
        event_id = document.get("event_id") or properties.get("message_id") or hashed(body)
        return Message(kind, body, identity=(event_id, microseconds(at)), properties=properties)

    def bad(self):
        """A message that must be quarantined, each time for the next of many reasons; every body is unique."""
        makers = sorted(name for name in dir(self) if name.startswith("_bad_"))
        name = makers[self.count % len(makers)]
        self.count += 1
        made = getattr(self, name)()
        kind, body, properties = (*made, {})[:3]
        body = body if isinstance(body, bytes) else body_of(body)
        return Message(kind, body, reason=re.sub("^_bad_|_[0-9]+$", "", name), properties=properties)

    def _bad_not_json(self):
        return "intelligence", body_of(self.view_document())[:-1]

    def _bad_not_an_object(self):
        return "profiler", [self.profiler_document()]

    def _bad_not_utf8(self):
        return "intelligence", body_of(self.view_document(note="%")).replace(b"%", b"\xff")

    def _bad_too_large(self):
        return "profiler", self.profiler_document(note="x" * 263_000)

    def _bad_too_deep(self):
        return "profiler", self.profiler_document(note=json.loads("[" * 40 + "]" * 40))

    def _bad_unsupported_encoding(self):
        return "intelligence", self.view_document(), {"content_encoding": "br"}

    def _bad_missing_field(self):
        return "profiler", self.profiler_document(user_id=None)

    def _bad_wrong_type(self):
        return "profiler", self.profiler_document(user_id=True)

    def _bad_out_of_range_1(self):
        return "intelligence", self.view_document(admin_user_id=-5)

    def _bad_out_of_range_2(self):
        return "intelligence", self.recommendation_document(risk_signal_id=0)

    def _bad_too_short(self):
        return "profiler", self.profiler_document(session_id="")

    def _bad_too_long(self):
        return "intelligence", self.recommendation_document(recommendation_type="r" * 65)

    def _bad_unknown_value(self):
        return "intelligence", self.recommendation_document(action_taken="SEEN")

    def _bad_invalid_time(self):
        return "intelligence", self.view_document(occurred_at="2026-02-30T12:00:00Z")

    def _bad_missing_time(self):
        return "intelligence", self.view_document(occurred_at=None)

    def _bad_time_out_of_range(self):
        return "profiler", self.profiler_document(emitted_at="1999-12-31T23:59:59Z")

    def _bad_invalid_character(self):
        return "profiler", self.profiler_document(user_id="learner\0")

    def _bad_unknown_kind(self):
        return "intelligence", self.view_document(event_type=None)

    def _bad_ambiguous_kind(self):
        return "intelligence", self.view_document(outcome_status="RESOLVED")
