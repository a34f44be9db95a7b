"""As upstream writes its views."""
from django.contrib.admin.views.decorators import staff_member_required
from django.db import transaction
from django.http import HttpResponse

from owner_agreements.intelligence_telemetry import get_telemetry
from owner_agreements.models import AgreementRiskSignal


@staff_member_required
def risk_signal_detail(request, signal_id):
    signal = AgreementRiskSignal.objects.get(id=signal_id)
    telemetry = get_telemetry()
    telemetry.track_signal_detail_open(request.user.id, signal_id)
    return HttpResponse(signal.name)


def failing(request):
    get_telemetry().track_dashboard_open(1)
    transaction.set_rollback(True)
    return HttpResponse("failed")


def working(request):
    get_telemetry().track_dashboard_open(2)
    return HttpResponse("worked")
