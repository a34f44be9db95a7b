"""Made by clients/python/generate from `alidade schema …`. Do not edit: change the daemon's rules and run it again.

A member is (kind, parameters, required): what `checks` has a function for.
"""
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DAEMON_VERSION: str = '0.2.0'
EXCHANGE: str = 'telemetry'
REQUESTS: str = 'telemetry-metrics-requests'
AGGREGATES: str = 'telemetry-aggregates'
AGGREGATES_EXCHANGE: str = 'telemetry.aggregates'
METRICS: tuple[str, ...] = ('recommendation_acceptance_rate',
 'average_decision_time',
 'override_rate',
 'false_positive_rate',
 'outcome_distribution',
 'outcome_by_decision',
 'admin_engagement',
 'profiler_completion',
 'module_time',
 'session_duration',
 'aptitude_score',
 'technical_exposure_score',
 'profiler_funnel',
 'module_reach',
 'work_style_distribution',
 'difficulty_distribution',
 'recommended_track_distribution',
 'scenario_choice_distribution',
 'device_distribution',
 'value_statements',
 'track_alignment',
 'result_acceptance_rate',
 'attempt_violations',
 'foundations_transition',
 'data_quality')
PROFILER: dict[str, Any] = {'user_id': ('text_or_integer', (1, 64), True),
 'session_id': ('text_or_integer', (1, 64), True),
 'completion_status': ('words', (('started', 'in_progress', 'finished', 'locked', 'completed'), '_complete'), True),
 'time_spent_seconds': ('integer', (0, 31536000), False),
 'time_spent_per_module': ('map', (1, 64, 64, ('number', (0.0, 31536000.0))), False),
 'aptitude_score': ('number', (0.0, 100.0), False),
 'technical_exposure_score': ('number', (0.0, 100.0), False),
 'overall_score': ('number', (0.0, 100.0), False),
 'behavioral_score': ('number', (0.0, 100.0), False),
 'work_style_cluster': ('words', (('collaborative', 'independent', 'balanced'), None), False),
 'scenario_choices': ('entries',
                      (500,
                       {'question_id': ('text_or_integer', (1, 255), False),
                        'question_key': ('text_or_integer', (1, 255), False),
                        'selected_option': ('scalar', (1, 64), False)}),
                      False),
 'answers': ('entries',
             (500,
              {'question_id': ('text_or_integer', (1, 255), False),
               'question_key': ('text_or_integer', (1, 255), False),
               'selected_option': ('scalar', (1, 64), False)}),
             False),
 'difficulty_selection': ('words', (('novice', 'beginner', 'intermediate', 'advanced', 'elite'), None), False),
 'recommended_track_id': ('text', (1, 64), False),
 'track_confidence': ('number', (0.0, 1.0), False),
 'track_alignment_percentages': ('map', (None, None, None, ('number', (0.0, 100.0))), False),
 'value_statement': ('text', (0, 10000), False),
 'result_accepted': ('boolean', (), False),
 'override_track_id': ('text', (1, 64), False),
 'device_browser': ('object',
                    ({'user_agent': ('text', (0, 1024), False),
                      'device_fingerprint': ('text', (0, 256), False),
                      'ip_address': ('address', (), False)},),
                    False),
 'attempt_count': ('integer', (0, 100), False),
 'admin_reset_by': ('text_or_integer', (1, 64), False),
 'started_at': ('time', (), False),
 'completed_at': ('time', (), False),
 'result_accepted_at': ('time', (), False),
 'foundations_transition_at': ('time', (), False),
 'emitted_at': ('time', (), False),
 'event_id': ('text', (1, 128), False)}
EVERY_KIND: dict[str, Any] = {'explanation_version': ('version', (1, 32), False),
 'occurred_at': ('time', (), False),
 'created_at': ('time', (), False),
 'event_id': ('text', (1, 128), False)}
KINDS: dict[str, dict[str, Any]] = {'recommendation': {'action_taken': ('words', (('VIEWED', 'ACCEPTED', 'IGNORED', 'OVERRIDDEN'), None), True),
                    'risk_signal_id': ('integer_id', (1, 9223372036854775807), True),
                    'admin_user_id': ('integer_id', (1, 9223372036854775807), True),
                    'recommendation_type': ('text', (1, 64), True),
                    'confidence': ('words', (('HIGH', 'MEDIUM', 'LOW'), None), False),
                    'confidence_at_time': ('words', (('HIGH', 'MEDIUM', 'LOW'), None), False),
                    'decision_time_ms': ('integer', (0, 86400000), False),
                    'propensity': ('number', (0.0, 1.0), False),
                    'context': ('free', (16384,), False)},
 'outcome': {'outcome_status': ('words', (('RESOLVED', 'ESCALATED', 'NO_ACTION', 'FALSE_POSITIVE'), None), True),
             'risk_signal_id': ('integer_id', (1, 9223372036854775807), True),
             'resolution_time_hours': ('number', (0.0, 1.7976931348623157e+308), False),
             'admin_note_id': ('integer_id', (1, 9223372036854775807), False)},
 'view': {'event_type': ('words', (('DASHBOARD_OPEN', 'SIGNAL_DETAIL_OPEN', 'EXPLANATION_EXPAND', 'ADMIN_NOTE_CREATE'), None), True),
          'admin_user_id': ('integer_id', (1, 9223372036854775807), True),
          'risk_signal_id': ('integer_id', (1, 9223372036854775807), False)}}
DECIDING: dict[str, str] = {'recommendation': 'action_taken', 'outcome': 'outcome_status', 'view': 'event_type'}
REQUIRED_UNLESS: dict[str, tuple[str, str, str]] = {'view': ('risk_signal_id', 'event_type', 'DASHBOARD_OPEN')}
