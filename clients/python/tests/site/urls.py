from django.urls import path

from owner_agreements import views

urlpatterns = [path("signals/<int:signal_id>/", views.risk_signal_detail), path("failing/", views.failing), path("working/", views.working)]
