"""django-helpdesk on one mailbox; runs in its own environment, so nothing of dsarbot may be imported here.

`peer_driver.py prepare|run CONFIG.json`: prepare makes tables and the queue; run calls `get_email` once and prints
what it cost. Everything is as its documentation sets it up, but teams are off.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import types
from pathlib import Path
from typing import Any

APPS = (
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize", "django.contrib.admin",
    "rest_framework", "helpdesk",
)  # fmt: skip

_URLS = "addresses"


def configure(config: dict[str, Any]) -> None:
    folder = Path(config["folder"])
    sqlite = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "helpdesk.db"),
        "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"},
    }
    importlib.import_module("django.conf").settings.configure(
        SECRET_KEY="for-this-benchmark-only",
        DEBUG=False,
        USE_TZ=True,
        SITE_ID=1,
        INSTALLED_APPS=APPS,
        DATABASES={"default": config["database"] or sqlite},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        MEDIA_ROOT=str(folder / "media"),
        STATIC_URL="/static/",
        ROOT_URLCONF=_URLS,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=config["smtp_port"],
        DEFAULT_FROM_EMAIL=config["user"],
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    importlib.import_module("django").setup()


def give_addresses() -> None:
    """The letters hold links to tickets: their addresses must exist."""
    urls = importlib.import_module("django.urls")
    place = types.ModuleType(_URLS)
    place.__dict__["urlpatterns"] = [urls.path("", urls.include("helpdesk.urls", namespace="helpdesk"))]
    sys.modules[_URLS] = place


def prepare(config: dict[str, Any]) -> None:
    call = importlib.import_module("django.core.management").call_command
    call("migrate", verbosity=0)
    call("loaddata", "emailtemplate.json", verbosity=0)
    importlib.import_module("helpdesk.models").Queue.objects.create(
        title="Privacy",
        slug="privacy",
        email_address=config["user"],
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host="127.0.0.1",
        email_box_port=config["imap_port"],
        email_box_user=config["user"],
        email_box_pass=config["password"],
        email_box_imap_folder="INBOX",
        email_box_interval=0,
    )


def run() -> dict[str, Any]:
    call = importlib.import_module("django.core.management").call_command
    wall, cpu = time.perf_counter(), time.process_time()
    call("get_email", quiet=True)
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    tickets = importlib.import_module("helpdesk.models").Ticket.objects.count()
    return {**spent, "tickets": tickets}


def main() -> None:
    verb, path = sys.argv[1:]
    config = json.loads(Path(path).read_text())
    configure(config)
    give_addresses()
    if verb == "prepare":
        prepare(config)
    else:
        print(json.dumps(run()))


if __name__ == "__main__":
    main()
