"""Sets the site up in a program of its own, with a database that is empty."""
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
import django  # noqa: E402

django.setup()
from django.core.management import call_command  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
from django.contrib.auth import get_user_model  # noqa: E402

staff = get_user_model().objects.create_user("staff", is_staff=True)
