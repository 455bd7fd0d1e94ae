"""The third migration of the real tables."""

# ruff: noqa: N999

from importlib import import_module

Migration = import_module("dsarbot.store.migrations.0003_inquiries").Migration
