"""Stand-ins with the members that upstream's models have."""
import uuid

from django.conf import settings
from django.db import models


class ProfilerSession(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    status = models.CharField(max_length=30, default="started")
    time_spent_seconds = models.IntegerField(default=0)
    time_spent_per_module = models.JSONField(default=dict, blank=True)
    aptitude_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    technical_exposure_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    work_style_cluster = models.CharField(max_length=20, blank=True)
    scenario_choices = models.JSONField(default=list, blank=True)
    difficulty_selection = models.CharField(max_length=20, blank=True)
    recommended_track_id = models.UUIDField(null=True)
    track_confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    track_alignment_percentages = models.JSONField(default=dict, blank=True)
    result_accepted = models.BooleanField(null=True)
    result_accepted_at = models.DateTimeField(null=True)
    foundations_transition_at = models.DateTimeField(null=True)
    user_agent = models.TextField(blank=True)
    device_fingerprint = models.CharField(max_length=255, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True)
    is_locked = models.BooleanField(default=False)
    admin_reset_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="resets")


class ProfilerResult(models.Model):
    session = models.OneToOneField(ProfilerSession, models.CASCADE, related_name="result")
    overall_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    behavioral_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    recommended_tracks = models.JSONField(default=list)
