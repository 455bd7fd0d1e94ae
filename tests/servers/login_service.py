"""A log-in service (OpenID Connect) over TLS: description, keys and the exchange of codes, as strict as a real one.

What a person would do in its pages a test does with `login`: it reads where the browser was sent and gives the code.
"""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.servers.certificate import Certificate

CLIENT, SECRET = "console", "a secret: with signs & spaces"


@dataclass
class LoginService:
    """changed: claims that are not what they should be; None leaves one out. key, header: what it signs with."""

    issuer: str = ""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    shown: list[dict[str, Any]] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "1"})
    changed: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def login(self, address: str, **claims: Any) -> str:
        """Somebody logged in there; the query with which the browser comes back."""
        parts = urlsplit(address)
        wish = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}" == self.issuer
        assert wish["client_id"] == CLIENT and wish["response_type"] == "code" and "openid" in wish["scope"]
        assert wish["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = (wish, claims)
        return f"state={wish['state']}&code={code}"

    def description(self) -> dict[str, Any]:
        where = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "token_endpoint": f"{self.issuer}/token"}
        return where | {"authorization_endpoint": f"{self.issuer}/authorize"} | self.described

    def exchanged(self, headers: Mapping[str, str], form: Mapping[str, str]) -> dict[str, Any] | None:
        """The tokens for a code; None for whoever is not the client that began, or comes twice."""
        user, _, password = b64decode(headers.get("Authorization", "").partition(" ")[2]).decode().partition(":")
        wish, claims = self.codes.pop(form.get("code", ""), ({}, {}))
        right = (
            (unquote(user), unquote(password)) == (CLIENT, SECRET)
            and form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == wish.get("redirect_uri")
            and create_s256_code_challenge(form.get("code_verifier", "")) == wish.get("code_challenge")
        )
        if not right:
            return None
        said = {"iss": self.issuer, "aud": CLIENT, "nonce": wish["nonce"]} | claims | self.changed
        said = {name: value for name, value in said.items() if value is not None}
        return {"token_type": "Bearer", "access_token": "an-access-token", "id_token": self.signed(said)}

    def signed(self, said: dict[str, Any]) -> str:
        if self.header["alg"] == "none":
            return jwt.encode(self.header, said, OctKey.generate_key(), algorithms=["none"])
        return jwt.encode(self.header, said, self.key, algorithms=[self.header["alg"]])

    def public(self) -> dict[str, Any]:
        return {"keys": self.shown or [self.key.as_dict(private=False)]}


@contextmanager
def login_service(certificate: Certificate) -> Iterator[LoginService]:
    """Running on a free port of this machine, until the block ends."""
    service = LoginService()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(self.path)
            pages = {"/.well-known/openid-configuration": service.description, "/keys": service.public}
            self._say(200, pages[self.path]()) if self.path in pages else self._say(404, {})

        def do_POST(self) -> None:
            service.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            found = service.exchanged(dict(self.headers), form)
            self._say(400 if found is None else 200, found or {"error": "invalid_grant"})

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.issuer = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
