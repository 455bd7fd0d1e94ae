"""A database as it was before a migration."""

from __future__ import annotations

from tortoise.connection import get_connection

from dsarbot.store.sql import run


async def without_inquiries() -> None:
    """Undo 0003_inquiries."""
    db = get_connection("default")
    await db.execute_script("DROP INDEX case_confidential")
    for column in ("confidential", "holds"):
        await db.execute_script(f"ALTER TABLE cases DROP COLUMN {column}")
    for table in ("inquiry", "suppression"):
        await db.execute_script(f"DROP TABLE {table}")
    await run(db, "DELETE FROM tortoise_migrations WHERE name = ? RETURNING name", "0003_inquiries")
