"""For FastAPI and Starlette. Calls are plain functions that never wait, so they are safe in coroutines.

    app = FastAPI(lifespan=alidade.fastapi.lifespan)

    @app.post("/signals/{signal_id}/accept")
    async def accept(signal_id: int, telemetry: Telemetry): ...
"""
from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends

from . import telemetry
from ._names import Answer
from .telemetry import IntelligenceTelemetry

Telemetry = Annotated[IntelligenceTelemetry, Depends(telemetry.get_telemetry)]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Flushes when the worker ends, within `exit_timeout`."""
    try:
        yield
    finally:
        client = telemetry.default_client()
        await asyncio.get_running_loop().run_in_executor(None, client.close, client.options.exit_timeout)


def with_lifespan(own: Callable[[Any], AbstractAsyncContextManager[Any]]) -> Callable[[Any], AbstractAsyncContextManager[Any]]:
    """An application's own lifespan, and ours around it."""

    @asynccontextmanager
    async def both(app: Any) -> AsyncIterator[Any]:
        async with lifespan(app), own(app) as state:
            yield state

    return both


def answers_of(session: Any) -> list[Answer]:
    """Question and option of every response of a profiling session, for the request that syncs it to Django.

    Django publishes: its ids of users and sessions are the ones that all services share.
    """
    found: list[Answer] = []
    responses: Iterable[Any] = session.get("responses", ()) if isinstance(session, Mapping) else getattr(session, "responses", None) or ()
    for response in responses:
        question, option = _member(response, "question_id"), _member(response, "selected_option")
        if question not in (None, "") and option not in (None, ""):
            found.append({"question_id": str(question), "selected_option": option})
    return found


def profiler_payload(payload: Mapping[str, Any], *, technical_exposure_maximum: float | None = None) -> dict[str, Any]:
    """Of FastAPI's own session. Its exposure is a sum of points, Django's is of a hundred: say what the most points are, or leave it out."""
    made = dict(payload)
    score = made.get("technical_exposure_score")
    if score is not None:
        if technical_exposure_maximum is None:
            raise ValueError("technical_exposure_score is a sum of points here: give technical_exposure_maximum, or leave the score out")
        made["technical_exposure_score"] = round(100.0 * float(score) / technical_exposure_maximum, 6)
    return made


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
