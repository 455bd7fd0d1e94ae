"""The pages around a case, under one router, in the order in which their addresses are tried."""

from __future__ import annotations

from fastapi import APIRouter

from dsarbot.web import directory, directory_import, inquiries, tray
from dsarbot.web.panels import identity_page, journal, letter, messages

router = APIRouter()
for _part in (messages, letter, journal, identity_page, inquiries, tray, directory_import, directory):
    router.include_router(_part.router)
