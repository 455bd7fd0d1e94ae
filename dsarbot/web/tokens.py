"""Random tokens: handed out once, kept as hashes only."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> str:
    """256 random bits, to be handed out once."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """What each form of a session carries: whoever cannot read the cookie cannot know it."""
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()
