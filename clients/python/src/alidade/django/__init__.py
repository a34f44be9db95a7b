"""`INSTALLED_APPS += ["alidade.django"]` and `ALIDADE = {…}` in the settings."""
