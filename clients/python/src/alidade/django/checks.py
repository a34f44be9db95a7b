"""`manage.py check`."""
from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from ..forks import threads_run
from ..errors import ConfigurationError
from ..options import read, spool_root
from ..spool.folders import SpoolUnusable, make_root
from .apps import options_of


@register()
def check_alidade(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Settings, spool, uWSGI."""
    try:
        options = read(options_of(getattr(settings, "ALIDADE", None)))
    except (ConfigurationError, TypeError, ValueError) as error:
        return [Error(f"ALIDADE: {error}", hint="See the page From Django.", id="alidade.E001")]
    found: list[CheckMessage] = []
    root = spool_root(options.spool)
    if root is not None:
        try:
            make_root(root)
            if not os.access(root, os.W_OK | os.X_OK):
                raise SpoolUnusable(13, "Permission denied", root)
        except OSError as error:
            found.append(Warning(f"the spool {root} cannot be written: {error.strerror}", hint="Events wait in memory, and are lost with the process:"
                                 " make the folder for the user that runs the site, or set ALIDADE['SPOOL'].", id="alidade.W002"))
    if "uwsgi" in sys.modules and not threads_run():
        found.append(Warning("uWSGI runs without threads, so no worker sends events", hint="Set enable-threads and py-call-uwsgi-fork-hooks.",
                             id="alidade.W003"))
    return found
