"""Filing what was sent: every outgoing letter lies in a Sent folder under our Message-ID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dsarbot.channels.down import Down
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_session import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class SentFiler:
    """Files into ``folder`` of ``endpoint``, or where the server says its Sent folder is (RFC 6154)."""

    endpoint: Endpoint
    folder: str | None = None
    read_timeout: float = 30.0

    def file(self, message: bytes, message_id: str, at: datetime) -> bool:
        """Blocks (``asyncio.to_thread``). False if the letter was filed before; raises ``Down``."""
        with Session(self.endpoint, read_timeout=self.read_timeout) as session:
            folder = self.folder or sent_folder(session)
            session.select(folder, readonly=True)
            # At least once means twice now and then: the second time finds the first.
            if session.find_message_id(message_id):
                return False
            session.append(folder, message, flags=("\\Seen",), at=at)
            return True


def sent_folder(session: Session) -> str:
    """The folder with the attribute \\Sent; raises ``Down`` if there is none, because names differ by language."""
    for name, attributes in sorted(session.folders().items()):
        if "\\sent" in attributes:
            return name
    raise Down("folder-missing", "sent")
