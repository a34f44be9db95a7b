from django.db import models


class AgreementRiskSignal(models.Model):
    name = models.CharField(max_length=20)
