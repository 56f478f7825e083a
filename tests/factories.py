"""Rows for tests: sequences, nothing random. Units come from the tree service (`plant` in conftest.py)."""

import factory

from accounts.models import User
from organizations.models import Appointment, Role


class UserFactory(factory.django.DjangoModelFactory):
    """A person without a usable password; tests sign in with `force_login`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"nguoi-{number}")
    full_name = factory.LazyAttribute(lambda person: f"Người {person.username}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted) if extracted else self.set_unusable_password()
        if create:
            self.save()


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    role = Role.VIEWER
