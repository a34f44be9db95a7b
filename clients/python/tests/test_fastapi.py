"""FastAPI: the dependency, the lifespan, and what its profiler hands on."""
import asyncio
import types

import pytest
from fastapi import FastAPI

import alidade.fastapi
from conftest import messages


def test_the_lifespan_sends_what_waits(configured, bound):
    telemetry = configured(bound.url, exit_timeout=30)
    app = FastAPI(lifespan=alidade.fastapi.lifespan)

    async def live():
        async with app.router.lifespan_context(app):
            telemetry.track_dashboard_open(1)

    asyncio.run(live())
    assert len(messages(bound)) == 1


def test_the_applications_own_lifespan_goes_inside(configured, bound):
    from contextlib import asynccontextmanager

    telemetry = configured(bound.url, exit_timeout=30)
    order = []

    @asynccontextmanager
    async def own(app):
        order.append("began")
        yield {"state": 1}
        order.append("ended")
        telemetry.track_dashboard_open(1)

    async def live():
        async with alidade.fastapi.with_lifespan(own)(None) as state:
            assert state == {"state": 1}

    asyncio.run(live())
    assert order == ["began", "ended"] and len(messages(bound)) == 1


def test_answers_are_those_with_a_question_and_an_option():
    responses = [types.SimpleNamespace(question_id="identity_1", selected_option="A"), {"question_id": "identity_2", "selected_option": 7},
                 {"question_id": "identity_3", "selected_option": ""}, {"selected_option": "B"}]
    expected = [{"question_id": "identity_1", "selected_option": "A"}, {"question_id": "identity_2", "selected_option": 7}]
    assert alidade.fastapi.answers_of(types.SimpleNamespace(responses=responses)) == expected
    assert alidade.fastapi.answers_of({"responses": responses}) == expected
    assert alidade.fastapi.answers_of(object()) == []


def test_an_exposure_in_points_is_refused_unless_its_scale_is_told():
    with pytest.raises(ValueError, match="technical_exposure_maximum"):
        alidade.fastapi.profiler_payload({"technical_exposure_score": 15})
    assert alidade.fastapi.profiler_payload({"technical_exposure_score": 15}, technical_exposure_maximum=30)["technical_exposure_score"] == 50
    assert alidade.fastapi.profiler_payload({"session_id": 1}) == {"session_id": 1}
