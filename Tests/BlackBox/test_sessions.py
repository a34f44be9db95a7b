"""A session is a fold over its messages, by occurred-at, then arrival: what the store shows does not depend on the order of arrival.

The fold is written a second time here, and the metrics made of sessions are counted from it.
"""
import datetime
import json
import random
import sqlite3
import statistics

import pytest

from harness.daemon import run
from harness.events import BASE, text

OVER = {"finished", "locked"}
TRACKS = ["defender", "offensive", "grc"]
SINGLE = ["aptitude_score", "technical_exposure_score", "overall_score", "behavioral_score", "work_style_cluster", "difficulty_selection",
          "time_spent_seconds", "attempt_count", "started_at", "completed_at", "result_accepted_at", "foundations_transition_at"]


class Session:
    """The fold of one session."""

    def __init__(self):
        self.members, self.modules, self.answers, self.resets = {}, {}, {}, []
        self.recommended = self.override = self.confidence = None

    def take(self, message):
        given = {name: value for name, value in message.items() if value is not None}
        admin, status = given.get("admin_reset_by"), given["completion_status"]
        is_new_admin = admin is not None and admin != self.members.get("admin_reset_by")
        if is_new_admin or (self.members.get("completion_status") in OVER and status == "started"):
            resets = self.resets
            self.__init__()
            self.resets = [*resets, moment(given["emitted_at"])]
        was_decided = "result_accepted" in self.members or "result_accepted" in given
        track = given.get("recommended_track_id")
        if was_decided and self.recommended and track and track != self.recommended:
            if given.get("result_accepted") is False:
                self.override = given.get("override_track_id") or track
        else:
            self.recommended = track or self.recommended
            self.confidence = given.get("track_confidence", self.confidence)
        self.override = given.get("override_track_id") or self.override
        self.members.update({name: given[name] for name in [*SINGLE, "completion_status", "result_accepted", "admin_reset_by"] if name in given})
        self.members.update(user_id=given["user_id"], emitted_at=given["emitted_at"], event_id=given["event_id"])
        self.modules.update(given.get("time_spent_per_module", {}))
        self.answers.update({answer["question_id"]: answer["selected_option"] for answer in given.get("answers", [])})

    @property
    def is_over(self):
        return self.members["completion_status"] in OVER

    def time(self, name):
        return moment(self.members[name]) if self.members.get(name) else None

    @property
    def started(self):
        return self.time("started_at") or self.time("emitted_at")

    @property
    def ended(self):
        return self.time("completed_at") or self.time("emitted_at")

    def row(self):
        times = {"started_at", "completed_at", "result_accepted_at", "foundations_transition_at"}
        members = {name: self.time(name) if name in times else self.members.get(name) for name in SINGLE}
        accepted = self.members.get("result_accepted")
        return {
            **members, "completion_status": self.members["completion_status"], "recommended_track_id": self.recommended,
            "override_track_id": self.override, "track_confidence": self.confidence, "event_id": self.members["event_id"],
            "result_accepted": None if accepted is None else int(accepted), "admin_reset_by": self.members.get("admin_reset_by"),
            "was_reset": int(bool(self.resets)), "user_id": self.members["user_id"]}


def moment(value):
    """Microseconds since the epoch."""
    return int(datetime.datetime.fromisoformat(value).timestamp() * 1e6 + 0.5)


def fold(messages):
    """Of messages in the order of their arrival."""
    sessions = {}
    for message in sorted(messages, key=lambda message: moment(message["emitted_at"])):
        sessions.setdefault(message["session_id"], Session()).take(message)
    return sessions


def maybe(dice, value, chance=0.4):
    return value if dice.random() < chance else None


def messages_of(dice, sessions=40):
    """Partial messages with members in any combination, several at the same time, sessions of a few learners."""
    messages = []
    for session in range(sessions):
        start = BASE - datetime.timedelta(minutes=dice.randrange(3000))
        for step in range(dice.randrange(1, 9)):
            at = start + datetime.timedelta(minutes=dice.randrange(0, 60))
            later = lambda: text(at + datetime.timedelta(minutes=dice.randrange(0, 50)))
            messages.append({
                "event_id": f"{session}-{step}", "emitted_at": text(at), "session_id": f"s{session}", "user_id": f"u{session % 9}",
                "completion_status": dice.choice(["started", "in_progress", "in_progress", "finished", "locked"]),
                "aptitude_score": maybe(dice, dice.randrange(100)), "technical_exposure_score": maybe(dice, dice.randrange(100)),
                "overall_score": maybe(dice, 0.5), "work_style_cluster": maybe(dice, dice.choice(["balanced", "independent"])),
                "difficulty_selection": maybe(dice, dice.choice(["novice", "elite"])),
                "recommended_track_id": maybe(dice, dice.choice(TRACKS)), "track_confidence": maybe(dice, dice.randrange(10) / 10),
                "result_accepted": maybe(dice, dice.random() < 0.5, 0.2), "override_track_id": maybe(dice, dice.choice(TRACKS), 0.1),
                "admin_reset_by": maybe(dice, dice.choice(["root", "chief"]), 0.1), "attempt_count": maybe(dice, dice.randrange(4)),
                "started_at": maybe(dice, text(start)), "completed_at": maybe(dice, later()), "result_accepted_at": maybe(dice, later()),
                "foundations_transition_at": maybe(dice, later(), 0.2), "time_spent_seconds": maybe(dice, 9000),
                "time_spent_per_module": maybe(dice, {dice.choice("abcd"): dice.randrange(0, 3) * 10 for _ in range(2)}),
                "answers": maybe(dice, [
                    {"question_id": f"scenario_{number}", "selected_option": dice.choice("ABC")}
                    for number in dice.sample(range(1, 8), dice.randrange(0, 4))]),
                "value_statement": maybe(dice, "words"), "cohort": maybe(dice, dice.choice(["x", "y"]))})
    return [{name: value for name, value in message.items() if value is not None or dice.random() < 0.5} for message in messages]


def ingest(binary, folder, messages, parts=3):
    """Into a store, with a restart between the parts."""
    store = folder / "store.db"
    size = len(messages) // parts + 1
    for first in range(0, len(messages), size):
        file = folder / "part.jsonl"
        file.write_text("".join(json.dumps(message) + "\n" for message in messages[first:first + size]))
        done = run(binary, "ingest", file, "--kind", "profiler", "--store", f"sqlite://{store}")
        assert done.returncode == 0, done.stderr
    return store


def rows(store, query):
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]


def metric(binary, store, name):
    start, end = BASE - datetime.timedelta(days=300), BASE + datetime.timedelta(days=60)
    done = run(binary, "metrics", name, "--from", start.isoformat(), "--to", end.isoformat(), "--json", "--store", f"sqlite://{store}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["result"]


def whole_messages_of(dice, sessions=60):
    """Those of a producer that sends whole sessions: each message has every member, whatever its status."""
    messages = []
    for session in range(sessions):
        start = BASE - datetime.timedelta(minutes=dice.randrange(3000))
        statuses = dice.choice([["started", "in_progress", "finished", "locked"], ["in_progress"] * 6, ["finished", "started", "finished"]])
        track, accepted = dice.choice(TRACKS), dice.choice([None, True])
        for step, status in enumerate(statuses):
            at = start + datetime.timedelta(minutes=10 * step)
            messages.append({
                "event_id": f"{session}-{step}", "emitted_at": text(at), "session_id": f"s{session}", "user_id": f"u{session % 9}",
                "completion_status": status, "aptitude_score": 40 + step, "technical_exposure_score": 30, "recommended_track_id": track,
                "result_accepted": accepted, "started_at": text(start), "completed_at": text(at) if status in OVER else None,
                "time_spent_per_module": {"a": 10 * step, "b": 5},
                "answers": [{"question_id": f"scenario_{number}", "selected_option": dice.choice("ABC")} for number in range(1, 4)]})
    return messages


@pytest.fixture(scope="module", params=[(messages_of, 1), (messages_of, 2), (messages_of, 3), (whole_messages_of, 4), (whole_messages_of, 5)])
def example(request, binary, tmp_path_factory):
    """Messages as they arrived, and the store that has them."""
    make, seed = request.param
    dice = random.Random(seed)
    messages = make(dice)
    dice.shuffle(messages)
    return messages, ingest(binary, tmp_path_factory.mktemp("sessions"), messages)


def test_sessions_are_folds(example):
    messages, store = example
    expected = {session: state.row() for session, state in fold(messages).items()}
    shown = {row["session_id"]: row for row in rows(store, "SELECT * FROM profiler_sessions")}
    assert shown.keys() == expected.keys()
    for session, row in expected.items():
        assert {name: shown[session][name] for name in row} == row, session


def test_modules_and_answers_are_merged(example):
    messages, store = example
    sessions = fold(messages)
    modules, answers = {}, {}
    for row in rows(store, "SELECT * FROM profiler_modules"):
        modules.setdefault(row["session_id"], {})[row["module"]] = row["seconds"]
    for row in rows(store, "SELECT * FROM profiler_answers"):
        answers.setdefault(row["session_id"], {})[row["question"]] = row["option"]
    assert modules == {name: session.modules for name, session in sessions.items() if session.modules}
    assert answers == {name: session.answers for name, session in sessions.items() if session.answers}


def test_a_payload_keeps_what_alidade_does_not_know(example):
    messages, store = example
    last = {}
    for message in sorted(messages, key=lambda message: moment(message["emitted_at"])):
        last.setdefault(message["session_id"], []).append(message)
    sessions = fold(messages)
    for row in rows(store, "SELECT session_id, payload FROM profiler_sessions"):
        if sessions[row["session_id"]].resets:
            continue
        cohorts = [message["cohort"] for message in last[row["session_id"]] if message.get("cohort")]
        assert json.loads(row["payload"]).get("cohort") == (cohorts[-1] if cohorts else None)


def test_the_order_of_arrival_does_not_matter(binary, example, tmp_path):
    messages, store = example
    # Of messages of one session at the same time the order of arrival decides.
    times = {}
    for message in messages:
        times.setdefault((message["session_id"], message["emitted_at"]), []).append(message)
    single = [group[0] for group in times.values()]
    views = ["profiler_sessions", "profiler_modules", "profiler_answers"]
    names = ["profiler_funnel", "module_reach", "recommended_track_distribution", "attempt_violations", "track_alignment", "profiler_completion"]
    stores = []
    for seed in range(2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        order = sorted(single, key=lambda message: message["event_id"])
        random.Random(seed).shuffle(order)
        stores.append(ingest(binary, folder, order))
    for view in views:
        found = [
            sorted(json.dumps({name: value for name, value in row.items() if name not in ("last_seq", "received_at", "payload")})
                   for row in rows(store, f"SELECT * FROM {view}")) for store in stores]
        assert found[0] == found[1], view
    for name in names:
        first, second = (metric(binary, store, name) for store in stores)
        assert first == second, name


def test_what_is_derived_can_be_made_again(binary, example):
    _, store = example
    for arguments in (["rebuild", "--verify"], ["check"]):
        done = run(binary, "store", *arguments, "--store", f"sqlite://{store}")
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_alignment_is_that_of_the_answers_up_to_a_message(binary, tmp_path):
    choice = lambda number: {"question_id": f"scenario_{number}", "selected_option": "A"}
    at = lambda minutes: text(BASE + datetime.timedelta(minutes=minutes))
    base = {"user_id": 1, "session_id": "s", "completion_status": "in_progress"}
    parts = [{**base, "event_id": f"e{number}", "emitted_at": at(number), "answers": [choice(number)]} for number in range(1, 5)]
    whole = {**base, "event_id": "whole", "session_id": "w", "emitted_at": at(9), "answers": [choice(number) for number in range(1, 5)]}
    # The third comes last.
    store = ingest(binary, tmp_path, [parts[0], parts[1], parts[3], whole, parts[2]], parts=5)
    answers = {row["event_id"]: row["answers"] for row in rows(
        store, "SELECT event_id, answers FROM _alignment_results JOIN profiler_events USING (seq)")}
    assert answers == {"e1": 1, "e2": 2, "e4": 3, "whole": 4, "e3": 3}
    tracks = {row["session_id"]: row["top_track"] for row in rows(store, "SELECT session_id, top_track FROM profiler_sessions")}
    assert tracks["s"] == tracks["w"] is not None
    assert metric(binary, store, "track_alignment")["models"] == []


class TestMetrics:
    """Counted from the fold that is written here."""

    def test_the_funnel(self, binary, example):
        messages, store = example
        sessions = fold(messages).values()
        steps = {"started": lambda session: True, "finished": lambda session: session.is_over,
                 "decided": lambda session: "result_accepted" in session.members, "accepted": lambda session: session.members["result_accepted"],
                 "transitioned": lambda session: session.time("foundations_transition_at")}
        hours = {"finished": ("started_at", "completed_at"), "decided": ("completed_at", "result_accepted_at"),
                 "transitioned": ("result_accepted_at", "foundations_transition_at")}
        found = metric(binary, store, "profiler_funnel")
        left, before = list(sessions), None
        for name, reached in steps.items():
            left = [session for session in left if reached(session)]
            assert found[name]["count"] == len(left), name
            if before is not None:
                assert found[name]["share"] == (pytest.approx(len(left) / before) if before else None)
            before = len(left)
            times = [[session.time(time) for time in hours[name]] for session in left] if name in hours else []
            spans = sorted((end - start) / 3.6e9 for start, end in times if start is not None and end is not None and end >= start)
            if spans:
                assert found[name]["median_hours"] == pytest.approx(spans[(len(spans) + 1) // 2 - 1], rel=0.011, abs=1e-6), name

    def test_the_reach_of_modules(self, binary, example):
        messages, store = example
        expected = {}
        for session in fold(messages).values():
            for module, spent in session.modules.items():
                if spent > 0:
                    counts = expected.setdefault(module, {"sessions": 0, "finished": 0})
                    counts["sessions"] += 1
                    counts["finished"] += session.is_over
        found = metric(binary, store, "module_reach")
        assert {name: {key: value[key] for key in ("sessions", "finished")} for name, value in found.items()} == expected

    def test_recommended_tracks_and_what_was_chosen_instead(self, binary, example):
        messages, store = example
        found = metric(binary, store, "recommended_track_distribution")
        overrides = found.pop("overrides")
        tracks, chosen = {}, {}
        for session in fold(messages).values():
            if not session.is_over or not session.recommended:
                continue
            tracks[session.recommended] = tracks.get(session.recommended, 0) + 1
            if session.override and session.members.get("result_accepted") is not True:
                place = chosen.setdefault(session.recommended, {}).setdefault(session.override, {"count": 0})
                place["count"] += 1
        assert {name: value["count"] for name, value in found.items()} == tracks
        assert overrides == chosen

    def test_learners_and_their_attempts(self, binary, example):
        messages, store = example
        found = metric(binary, store, "attempt_violations")
        learners, violations = {}, 0
        sessions = fold(messages)
        for name, session in sessions.items():
            if session.is_over:
                learners.setdefault(session.members["user_id"], []).append((session.ended, name))
        for learner, completed in learners.items():
            completed.sort()
            resets = [reset for session in sessions.values() if session.members["user_id"] == learner for reset in session.resets]
            for (before, _), (now, name) in zip(completed, completed[1:]):
                is_excused = sessions[name].resets or any(before < reset <= now for reset in resets)
                violations += not is_excused
        assert violations > 0
        assert (found["learners"], found["violations"]) == (len(learners), violations)
        assert statistics.fmean(len(completed) for completed in learners.values()) > 1


@pytest.mark.parametrize("fault, sentence", [
    ("UPDATE _session_folds SET aptitude_score = 1.5", "the fold of the session"),
    ("DELETE FROM _session_folds WHERE seq = (SELECT min(seq) FROM _session_folds)", "the fold of the session"),
    ("DELETE FROM _session_links WHERE seq = (SELECT max(seq) FROM _session_links)", "the link of event"),
    ("UPDATE _learner_steps SET was_reset = 1 - was_reset", "_learner_steps differs"),
])
def test_planted_faults_are_found(binary, tmp_path, fault, sentence):
    store = ingest(binary, tmp_path, messages_of(random.Random(7), sessions=10))
    with sqlite3.connect(store) as database:
        assert database.execute(fault).rowcount > 0
    done = run(binary, "store", "rebuild", "--verify", "--store", f"sqlite://{store}")
    assert done.returncode == 2 and sentence in done.stdout + done.stderr
    assert run(binary, "store", "rebuild", "--store", f"sqlite://{store}").returncode == 0
    assert run(binary, "store", "rebuild", "--verify", "--store", f"sqlite://{store}").returncode == 0
