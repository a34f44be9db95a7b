"""The mixin for Django's TestCase; see `alidade.testing`."""
from __future__ import annotations

from ..testing import AlidadeEvents as AlidadeEvents
from ..testing import recording as recording
