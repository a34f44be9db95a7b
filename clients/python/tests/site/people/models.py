import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    uuid_id = models.UUIDField(default=uuid.uuid4, unique=True)
