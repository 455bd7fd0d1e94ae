"""Another system that wants to be told: a real HTTPS server with a certificate of an own authority."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers.certificate import Certificate

HANG = 0


@dataclass
class Post:
    """What arrived."""

    head: str
    headers: dict[str, str]
    body: bytes

    def signed_with(self, secret: str) -> bool:
        """As whoever receives it checks it: by the words of docs/api.md alone."""
        signed = f"{self.headers['dsarbot-event-id']}.{self.headers['dsarbot-timestamp']}.".encode() + self.body
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v1={expected}", self.headers["dsarbot-signature"])


@dataclass
class Receiver:
    """answers: the statuses to give, one after the other, then 204; HANG: none at all. extra: further header lines."""

    answers: list[int] = field(default_factory=list)
    extra: str = ""
    content: bytes = b""
    port: int = 0
    posts: list[Post] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    open_: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_.add(writer)
        try:
            while raw := await reader.readuntil(b"\r\n\r\n"):
                head, *lines = raw.decode().splitlines()
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.posts.append(Post(head=head, headers=headers, body=body))
                self.arrived.set()
                status = self.answers.pop(0) if self.answers else 204
                if status == HANG:
                    continue
                length = "" if status == 204 else f"Content-Length: {len(self.content)}\r\n"
                writer.write(f"HTTP/1.1 {status} X\r\n{self.extra}{length}\r\n".encode() + self.content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()
        finally:
            self.open_.discard(writer)


@asynccontextmanager
async def receiving(certificate: Certificate) -> AsyncIterator[Receiver]:
    """It listens while the block runs."""
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for writer in receiver.open_:
            writer.transport.abort()
