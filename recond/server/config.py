"""Django's settings, made from one data folder: database, secret key, and nothing that must be edited by hand."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.words import N_
from recond.server import keep

MAX_BODY = 16 << 20
"""Bytes of one request as sent; a batch of a stick is at most 4 MiB before compression."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def setup(data: Path, *, local: bool = True, database: str | None = None) -> None:
    """Configure Django for `data` and bring its database up to date; several processes may do so at once.

    `local`: only this machine can connect, so that pages may be open while no account exists. `database`: see
    `database_of`. Raises ConfigurationFault for its address or a newer recond's data, EnvironmentFault when it does not answer
    or the folder cannot be written.
    """
    import django
    from django.conf import settings

    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / "setup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(data, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            key = secret_key(data / "secret-key")
        except OSError as error:
            raise unwritable(data, error) from error
        settings.configure(**values(data, key, local=local, database=database))
        django.setup()
        from recond.server import upgrade

        upgrade.migrate(data, lambda said: print(f"recond serve : {said}", file=sys.stderr))
    finally:
        os.close(lock)


def unwritable(data: Path, error: OSError) -> EnvironmentFault:
    """Return what is said of a data folder that cannot be written."""
    full = error.errno == errno.ENOSPC
    return EnvironmentFault(
        N_("le dossier {data} ne s'écrit pas : {error}").format(data=data, error=error.strerror or error),
        N_("le disque est plein : faites de la place, puis recommencez") if full
        else N_("vérifiez son propriétaire, ou donnez un autre dossier : recond --data D serve"),
    )  # fmt: skip


def database_of(address: str) -> dict[str, Any]:
    """Read a PostgreSQL address as libpq writes it: postgresql://USER:PASSWORD@HOST:PORT/NAME?sslmode=require.

    Raises ConfigurationFault when it is not one.
    """
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.strip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name or port == -1:
        raise ConfigurationFault(
            N_("--database-url n'est pas l'adresse d'une base PostgreSQL"),
            N_("par exemple postgresql://recond:MOT-DE-PASSE@localhost/recond, ou rien pour SQLite"),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(data: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(data / "recond.sqlite3"),
        "OPTIONS": {
            # IMMEDIATE: two writers wait for each other instead of failing half-way.
            # FULL: what was answered "stored" is still there after a power cut.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def values(data: Path, secret: str, *, local: bool = True, database: str | None = None) -> dict[str, Any]:
    """Return the settings as a dictionary."""
    return {
        "DEBUG": False,
        "SECRET_KEY": secret,
        # Sticks reach the API under names that are not known beforehand; `protect` looks at the name for the pages.
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": "recond.server.urls",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "recond.server.apps.ServerConfig",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "recond.server.language.chosen",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "recond.server.protect.headers",
            "recond.server.protect.doors",
            "recond.server.freshen.first",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                    ],
                },
            }
        ],
        "DATABASES": {"default": database_of(database) if database else _sqlite(data)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "fr",
        "TIME_ZONE": "Europe/Paris",
        "USE_TZ": True,
        "USE_I18N": True,
        "LANGUAGES": [("fr", "Français"), ("en", "English")],
        "LANGUAGE_COOKIE_NAME": "recond_language",
        "FORMAT_MODULE_PATH": "recond.server.formats",
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "LOGIN_URL": "/connexion/",
        "LOGIN_REDIRECT_URL": "/",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MAX_BODY,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("MinimumLengthValidator", {"min_length": 10}),
                ("CommonPasswordValidator", {}),
                ("NumericPasswordValidator", {}),
            )
        ],
        "X_FRAME_OPTIONS": "DENY",
        "RECOND_DATA": data,
        "RECOND_LOCAL": local,
        "SESSION_COOKIE_SECURE": not local,
        "CSRF_COOKIE_SECURE": not local,
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["console"], "level": "WARNING"},
            # A 404 is how a stick learns that an attachment is missing; it is no event for the log.
            "loggers": {"django.request": {"level": "ERROR"}},
        },
    }


def secret_key(path: Path) -> str:
    """Return this server's own key, made at the first start and readable by its user only."""
    try:
        key = path.read_text(encoding="ascii")
    except FileNotFoundError:
        key = ""
    if not key:
        key = secrets.token_urlsafe(48)
        keep.write(path, key.encode("ascii"))
    return key
