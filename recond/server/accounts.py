"""Accounts for the pages: made, changed, shut and opened by the coordination; a password is chosen by its owner only.

An account is made without a password and shut; a one-time code opens it. So nobody reads another's password, and a
server whose first account waits for its owner is not locked meanwhile. One coordinator who can log in always stays.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recond.core.pin import LETTERS
from recond.server.ledger import Passcode
from recond.server.roles import Role, give_role, role_of
from recond.server.tokens import hashed
from recond.server.work import Member, Place

CODE_LENGTH = 15
CODE_HOURS = 48


class Refused(ValueError):
    """Why an account is left as it is, in the reader's language."""


def coordinators() -> QuerySet[User]:
    """Return the coordinators who can log in."""
    return User.objects.filter(is_active=True, groups__name=Role.COORDINATOR.value)


def _one_at_a_time() -> None:
    # Two coordinators who shut each other out at the same moment would leave none.
    if connection.vendor == "postgresql":
        list(User.objects.select_for_update().order_by("pk").values_list("pk"))


def make(name: str, role: Role, place: Place | None) -> tuple[User, str]:
    """Make an account and return the one-time code with which its owner opens it. Raises Refused."""
    with transaction.atomic():
        _one_at_a_time()
        if role is not Role.COORDINATOR and not coordinators().exists():
            raise Refused(
                _("le premier compte doit être celui d'une personne responsable, qui l'ouvre avant les autres")
            )
        user = User(username=name, is_active=False)
        user.set_unusable_password()
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        if User.objects.filter(username__iexact=name).exists():
            raise Refused(_("le compte « %(name)s » existe déjà") % {"name": name})
        user.save()
        give_role(user, role)
        Member.objects.create(user=user, place=place)
        return user, _new_code(user)


def change(user: User, role: Role, place: Place | None) -> None:
    """Give an account another role or place. Raises Refused when no coordinator would be left."""
    with transaction.atomic():
        _one_at_a_time()
        if role is not Role.COORDINATOR:
            _keep_one(user)
        give_role(user, role)
        Member.objects.update_or_create(user=user, defaults={"place": place})


def shut(user: User) -> None:
    """Shut an account at once, its open sessions too. Raises Refused for the last coordinator."""
    with transaction.atomic():
        _one_at_a_time()
        _keep_one(user)
        Passcode.objects.filter(user=user).delete()
        user.is_active = False
        user.save()


def _keep_one(user: User) -> None:
    if user.is_active and role_of(user) is Role.COORDINATOR and not coordinators().exclude(pk=user.pk).exists():
        raise Refused(
            _("c'est la dernière personne responsable qui puisse entrer : ouvrez d'abord le compte d'une autre")
        )


def new_code(user: User) -> str:
    """Return a one-time code with which the owner chooses a new password; the old one stays good until then."""
    with transaction.atomic():
        return _new_code(user)


def _new_code(user: User) -> str:
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    until = timezone.now() + timedelta(hours=CODE_HOURS)
    Passcode.objects.update_or_create(user=user, defaults={"code_sha256": hashed(code), "expires_at": until})
    return "-".join(code[at : at + 5] for at in range(0, CODE_LENGTH, 5))


def waiting(user: User) -> datetime | None:
    """Return until when an account's code is good, None when there is none."""
    held = Passcode.objects.filter(user=user, expires_at__gt=timezone.now()).first()
    return held.expires_at if held else None


def redeem(name: str, code: str, password: str) -> User:
    """Set the password chosen with a one-time code, and open the account. Raises Refused."""
    plain = "".join(code.upper().split()).replace("-", "")
    with transaction.atomic():
        held = (
            Passcode.objects.select_for_update()
            .filter(code_sha256=hashed(plain), expires_at__gt=timezone.now())
            .select_related("user")
            .first()
        )
        if held is None or held.user.username.lower() != name.strip().lower():
            raise Refused(
                _("ce nom et ce code ne vont pas ensemble, ou le code a déjà servi ou expiré : demandez-en un autre")
            )
        user: User = held.user
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        user.set_password(password)
        user.is_active = True
        user.save()
        held.delete()
        return user
