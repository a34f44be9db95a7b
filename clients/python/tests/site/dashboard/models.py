from django.conf import settings
from django.db import models


class PortfolioItem(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    item_type = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    summary = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
