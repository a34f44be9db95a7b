"""A site of upstream's shape, as small as the tests can do with."""
import json
import os

SECRET_KEY = "tests"
DEBUG = os.environ.get("SITE_DEBUG") == "1"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("SITE_DATABASE", ":memory:"),
                         "ATOMIC_REQUESTS": os.environ.get("SITE_ATOMIC_REQUESTS") == "1"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "people", "profiler", "dashboard", "owner_agreements",
                  "alidade.django"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
# Tables are made from the models at once.
MIGRATION_MODULES = {"auth": None, "contenttypes": None}
AUTH_USER_MODEL = "people.User"
ROOT_URLCONF = "urls"
ALIDADE = {"SERVICE": "site", "RETRY_SECONDS": 0.3, "METRICS_TIMEOUT": 30, **json.loads(os.environ.get("SITE_ALIDADE", "{}"))}
