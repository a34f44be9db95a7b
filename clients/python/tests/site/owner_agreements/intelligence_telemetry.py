# owner_agreements/intelligence_telemetry.py becomes one line; every import of it goes on working
from alidade.telemetry import EXPLANATION_ENGINE_VERSION, IntelligenceTelemetry, get_telemetry   # noqa: F401
