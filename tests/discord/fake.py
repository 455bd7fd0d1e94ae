"""A small stand-in for Discord: enough of interface and gateway for one bot, and people who use it.

It checks what must never happen and remembers everything: who could read which message, and when an interaction was
acknowledged. It knows one server with a public and a staff channel.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from dsarbot.app import utc_now
from dsarbot.core.discord import first_of

T = TypeVar("T")
_WAIT = 30.0
EPHEMERAL, LOADING = 64, 128
#: View, send, embed, history; the bot's own.
PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16


@dataclass
class Message:
    """One message as it stands now. reader: the only one who sees it (0: whoever sees the channel)."""

    id: int
    channel: int
    author: int
    content: str
    payload: dict[str, Any] = field(default_factory=dict)
    reader: int = 0
    deleted: bool = False

    @property
    def text(self) -> str:
        """Everything in it."""
        return json.dumps([self.content, self.payload], ensure_ascii=False)

    @property
    def buttons(self) -> dict[str, str]:
        """Names of its buttons by their label."""
        rows = self.payload.get("components") or []
        return {each["label"]: each.get("custom_id", "") for row in rows for each in row.get("components", ())}


@dataclass
class Interaction:
    """What somebody did, and how it was answered."""

    id: int
    token: str
    user: int
    channel: int
    begun: float = field(default_factory=time.monotonic)
    acked_after: float | None = None
    first: dict[str, Any] | None = None
    answer: Message | None = None
    acks: int = 0


class Fake:
    """The server. people: account -> (name, locale, roles)."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.guild, self.general, self.room, self.role = (self.number() for _ in range(4))
        self.me = self.number()
        self.token = "fake.discord.credential-of-tests"
        self.people: dict[int, tuple[str, str, tuple[int, ...]]] = {}
        self.messages: list[Message] = []
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[dict[str, Any]] = []
        self.syncs = 0
        self.flags = 1 << 19
        self.closed_doors: set[int] = set()
        self.faults: list[tuple[str, int, int]] = []
        self.fetched: list[str] = []
        self.files: dict[str, bytes] = {}
        self.room_is_private = True
        self.bot_permissions = 0
        #: So many acknowledgements are acted on, and their answer is lost; so many answers are no answers.
        self.lose_after, self.nonsense = 0, 0
        self.requests: list[tuple[str, str]] = []
        self._events: list[tuple[int, str, dict[str, Any]]] = []
        self._sockets: list[web.WebSocketResponse] = []
        self._changed = asyncio.Event()
        self.port = 0

    def number(self) -> int:
        """A new snowflake, of now."""
        return first_of(utc_now()) + next(self._numbers)

    async def changed(self) -> None:
        """Something was asked of Discord, or a moment has passed."""
        self._changed.clear()
        try:
            async with asyncio.timeout(0.05):
                await self._changed.wait()
        except TimeoutError:
            return

    # --- people ------------------------------------------------------------------------------------------------------

    def person(self, name: str, *, locale: str = "en-US", staff: bool = False) -> int:
        number = self.number()
        self.people[number] = (name, locale, (self.role,) if staff else ())
        return number

    async def slash(self, user: int, name: str, **options: str) -> Interaction:
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": "1", "name": "privacy", "type": 1, "options": [{"name": name, "type": 1, "options": given}]}
        return await self._do(2, user, data)

    async def submit(self, user: int, name: str, fields: Mapping[str, str | Sequence[str]]) -> Interaction:
        components = [
            {"type": 18, "component": {"custom_id": key, "type": 4 if isinstance(value, str) else 3,
                                       ("value" if isinstance(value, str) else "values"): value}}
            for key, value in fields.items()
        ]  # fmt: skip
        return await self._do(5, user, {"custom_id": name, "components": components})

    async def press(self, user: int, message: Message, label: str) -> Interaction:
        return await self.press_named(user, message.buttons[label], message)

    async def press_named(self, user: int, name: str, message: Message) -> Interaction:
        return await self._do(3, user, {"custom_id": name, "component_type": 2}, message)

    async def menu(self, user: int, message: Message) -> Interaction:
        data = {
            "id": "2", "name": "Treat as privacy request", "type": 3, "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): self._json(message)}},
        }  # fmt: skip
        return await self._do(2, user, data)

    async def says(
        self, user: int, text: str, *, direct: bool = False, files: Sequence[str] = (), heard: bool = True
    ) -> Message:
        """heard: False for what is written while nobody listens."""
        message = Message(id=self.number(), channel=self._room_of(user) if direct else self.general, author=user,
                          content=text, reader=user if direct else 0)  # fmt: skip
        message.payload["attachments"] = [self._attachment(each) for each in files]
        self.messages.append(message)
        if heard:
            await self.tell("MESSAGE_CREATE", self._json(message, in_guild=not direct))
        return message

    async def _do(self, kind: int, user: int, data: dict[str, Any], message: Message | None = None) -> Interaction:
        number = self.number()
        done = Interaction(id=number, token=f"token-{number}", user=user, channel=self.general)
        self.interactions[done.token] = done
        _, locale, roles = self.people[user]
        member = {"user": self._user(user), "roles": [str(each) for each in roles], "joined_at": "2026-01-01T00:00:00Z",
                  "deaf": False, "mute": False, "flags": 0, "permissions": "0"}  # fmt: skip
        payload = {
            "id": str(number), "application_id": str(self.me), "type": kind, "token": done.token, "version": 1,
            "data": data, "guild_id": str(self.guild), "channel_id": str(self.general), "locale": locale,
            "channel": {"id": str(self.general), "type": 0}, "member": member, "attachment_size_limit": 10_000_000,
            "entitlements": [], "authorizing_integration_owners": {}, "context": 0, "app_permissions": "0",
        }  # fmt: skip
        if message is not None:
            payload["message"] = self._json(message)
        await self.tell("INTERACTION_CREATE", payload)
        return done

    # --- what people wait for ----------------------------------------------------------------------------------------

    async def until(self, found: Callable[[], T | None]) -> T:
        """What is found, as soon as it is."""
        async with asyncio.timeout(_WAIT):
            while True:
                self._changed.clear()
                if result := found():
                    return result
                await self._changed.wait()

    async def form(self, done: Interaction) -> dict[str, Any]:
        await self.until(lambda: done.first)
        assert done.first is not None
        assert done.first["type"] == 9, done.first
        return dict(done.first["data"])

    async def answer(self, done: Interaction) -> str:
        """The text that only this person sees."""
        message = await self.until(lambda: done.answer)
        assert message.reader == done.user
        return message.content

    async def posted(self, channel: int, holding: str) -> Message:
        return await self.until(lambda: next((m for m in self.of_bot(channel) if holding in m.text), None))

    async def direct(self, user: int, holding: str = "") -> Message:
        return await self.posted(self._room_of(user), holding)

    def of_bot(self, channel: int) -> list[Message]:
        mine = [each for each in self.messages if each.author == self.me and not each.reader and not each.deleted]
        return [each for each in mine if each.channel == channel]

    def readable_by_others(self, marker: str, owner: int) -> list[Message]:
        """Messages of the bot with that text which somebody else can read."""
        mine = (each for each in self.messages if each.author == self.me and each.reader != owner)
        return [each for each in mine if marker in each.text and each.channel != self._room_of(owner)]

    # --- the gateway -------------------------------------------------------------------------------------------------

    async def tell(self, event: str, data: dict[str, Any], *, times: int = 1) -> None:
        for _ in range(times):
            self._events.append((len(self._events) + 1, event, data))
            for socket in [each for each in self._sockets if not each.closed]:
                await self._send(socket, self._events[-1])

    async def disconnect(self) -> None:
        """The connection is cut; what happens meanwhile is told after RESUME."""
        for socket in self._sockets:
            await socket.close(code=4000)
        self._sockets.clear()

    async def connected(self) -> None:
        await self.until(lambda: bool(self._sockets) or None)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}, "s": None, "t": None})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            said = json.loads(message.data)
            if said["op"] == 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            elif said["op"] == 2:
                self.intents = said["d"]["intents"]
                ready = {"v": 10, "user": self._user(self.me), "guilds": [{"id": str(self.guild), "unavailable": True}],
                         "session_id": "s", "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gw", "shard": [0, 1],
                         "application": {"id": str(self.me), "flags": self.flags}, "private_channels": []}  # fmt: skip
                await self._send(socket, (0, "READY", ready))
                await self._send(socket, (0, "GUILD_CREATE", self._guild()))
                self._sockets.append(socket)
                self._changed.set()
            elif said["op"] == 6:
                for each in self._events[said["d"]["seq"] :]:
                    await self._send(socket, each)
                await self._send(socket, (len(self._events), "RESUMED", {}))
                self._sockets.append(socket)
                self._changed.set()
        self._sockets = [each for each in self._sockets if each is not socket]
        return socket

    async def _send(self, socket: web.WebSocketResponse, event: tuple[int, str, dict[str, Any]]) -> None:
        number, name, data = event
        await socket.send_json({"op": 0, "s": number, "t": name, "d": data})

    # --- the interface -----------------------------------------------------------------------------------------------

    async def start(self) -> web.AppRunner:
        app = web.Application()
        add = app.router.add_route
        add("GET", "/gw", self._gateway)
        add("GET", "/cdn/{name}", self._file)
        add("*", "/api/v10/{path:.*}", self._rest)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    async def _rest(self, request: web.Request) -> web.Response:
        path, method = request.match_info["path"], request.method
        self.requests.append((method, path))
        for number, (part, status, times) in enumerate(self.faults):
            if part in f"{method} {path}" and times:
                self.faults[number] = (part, status, times - 1)
                return _json({"message": "fault", "code": 0, "retry_after": 0.05}, status)
        body = await request.json() if request.can_read_body else {}
        found = self._answered(method, path.split("/"), body, request)
        self._changed.set()
        if self.nonsense:
            self.nonsense -= 1
            return _json("nonsense")
        if self.lose_after and request.transport:
            self.lose_after -= 1
            request.transport.close()
        return found

    def _answered(self, method: str, path: list[str], body: Any, request: web.Request) -> web.Response:
        found: object = None
        match (method, *path):
            case ("PUT", "applications", _, "guilds", _, "commands"):
                found, self.commands, self.syncs = body, body, self.syncs + 1
            case ("POST", "interactions", _, token, "callback"):
                return self._acknowledged(token, body)
            case ("PATCH", "webhooks", _, token, "messages", "@original"):
                return self._edited_answer(token, body)
            case ("POST", "users", "@me", "channels"):
                found = {"id": str(self._room_of(int(body["recipient_id"]))), "type": 1, "recipients": []}
            case (_, "channels", channel, "messages", *rest):
                return self._channel(method, int(channel), [int(each) for each in rest], body, request)
            case _:
                found = self._looked_up(path)
        return _json(found if found is not None else {"message": "unknown", "code": 0}, 404 if found is None else 200)

    def _looked_up(self, path: list[str]) -> object:
        match path:
            case ("users", "@me"):
                return self._user(self.me)
            case ("oauth2", "applications", "@me"):
                plain = dict.fromkeys(("summary", "description", "verify_key"), "")
                flags = {"bot_public": True, "bot_require_code_grant": False, "rpc_origins": [], "icon": None}
                return {"id": str(self.me), "name": "bot", "flags": self.flags, "owner": self._user(self.me),
                        **flags, **plain}  # fmt: skip
            case ("gateway", "bot"):
                limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                return {"url": f"ws://127.0.0.1:{self.port}/gw", "shards": 1, "session_start_limit": limit}
            case ("guilds", _, *what):
                return self._of_guild(what)
        return None

    def _of_guild(self, what: list[str]) -> object:
        whole = self._guild()
        if not what:
            return {key: value for key, value in whole.items() if key not in ("channels", "members")}
        if what == ["channels"]:
            return [{**each, "guild_id": str(self.guild)} for each in whole["channels"]]
        number = int(what[1])
        return whole["members"][0] if number == self.me else {} if number in self.people else None

    def _acknowledged(self, token: str, body: dict[str, Any]) -> web.Response:
        done = self.interactions[token]
        done.acks += 1
        if done.first is not None:
            return _json({"code": 40060, "message": "already acknowledged"}, 400)
        done.first, done.acked_after = body, time.monotonic() - done.begun
        if body["type"] in (4, 5):
            data = body.get("data") or {}
            assert data.get("flags", 0) & EPHEMERAL, "a reply that everybody sees"
            if body["type"] == 4:
                done.answer = self._written(done.channel, data, reader=done.user)
        return web.Response(status=204)

    def _edited_answer(self, token: str, body: dict[str, Any]) -> web.Response:
        done = self.interactions.get(token)
        if done is None or done.first is None:
            return _json({"code": 10015, "message": "unknown webhook"}, 404)
        done.answer = self._written(done.channel, body, reader=done.user)
        return _json(self._json(done.answer))

    def _channel(
        self, method: str, channel: int, rest: list[int], body: dict[str, Any], request: web.Request
    ) -> web.Response:
        if method == "GET":
            after = int(request.query.get("after", 0))
            mine = [m for m in self.messages if m.channel == channel and m.id > after and not m.deleted]
            shown = mine[: int(request.query["limit"])] if after else mine[-int(request.query["limit"]) :]
            return _json([self._json(each) for each in reversed(shown) if not (each.reader and each.author == self.me)])
        if method == "POST":
            if channel in {self._room_of(each) for each in self.closed_doors}:
                return _json({"code": 50007, "message": "cannot send"}, 403)
            return _json(self._json(self._written(channel, body)))
        message = next((m for m in self.messages if m.id == rest[0] and not m.deleted), None)
        if message is None:
            return _json({"code": 10008, "message": "unknown message"}, 404)
        if method == "DELETE":
            message.deleted = True
            return web.Response(status=204)
        message.content, message.payload = body.get("content", ""), body
        return _json(self._json(message))

    def _written(self, channel: int, body: dict[str, Any], reader: int = 0) -> Message:
        mentions = body.get("allowed_mentions")
        assert mentions == {"parse": []} or mentions == {"parse": [], "roles": [str(self.role)]}, mentions
        message = Message(id=self.number(), channel=channel, author=self.me, content=body.get("content", ""),
                          payload=body, reader=reader)  # fmt: skip
        self.messages.append(message)
        return message

    async def _file(self, request: web.Request) -> web.Response:
        self.fetched.append(request.match_info["name"])
        return web.Response(body=self.files.get(request.match_info["name"], b"text"))

    # --- as Discord writes things ------------------------------------------------------------------------------------

    def _room_of(self, user: int) -> int:
        return user + (1 << 40)

    def _attachment(self, name: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/cdn/{name}"
        return {"id": str(self.number()), "filename": name, "size": 4, "url": url, "proxy_url": url}

    def _user(self, number: int) -> dict[str, Any]:
        name = self.people.get(number, ("bot", "", ()))[0]
        return {"id": str(number), "username": name, "discriminator": "0", "avatar": None, "global_name": name,
                "bot": number == self.me}  # fmt: skip

    def _json(self, message: Message, *, in_guild: bool = False) -> dict[str, Any]:
        found = {
            "id": str(message.id), "channel_id": str(message.channel), "author": self._user(message.author),
            "content": message.content, "timestamp": "2026-11-01T00:00:00+00:00", "edited_timestamp": None,
            "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [], "pinned": False, "type": 0,
            "attachments": message.payload.get("attachments", []), "embeds": message.payload.get("embeds", []),
            "components": message.payload.get("components", []),
        }  # fmt: skip
        if in_guild:
            found["guild_id"] = str(self.guild)
        return found

    def _guild(self) -> dict[str, Any]:
        held = str(PERMISSIONS | self.bot_permissions)
        everyone = {"id": str(self.guild), "name": "@everyone", "permissions": held, "position": 0,
                    "color": 0, "hoist": False, "managed": False, "mentionable": False}  # fmt: skip
        staff = {**everyone, "id": str(self.role), "name": "staff", "permissions": "0", "mentionable": True}
        hidden = [{"id": str(self.guild), "type": 0, "allow": "0", "deny": str(1 << 10)},
                  {"id": str(self.me), "type": 1, "allow": str(PERMISSIONS), "deny": "0"}]  # fmt: skip
        rooms = [(self.general, "general", []), (self.room, "dpo", hidden if self.room_is_private else [])]
        channels = [
            {"id": str(number), "type": 0, "name": name, "position": 0, "permission_overwrites": overwrites}
            for number, name, overwrites in rooms
        ]
        me = {"user": self._user(self.me), "roles": [], "joined_at": "2026-01-01T00:00:00Z", "deaf": False,
              "mute": False, "flags": 0}  # fmt: skip
        return {"id": str(self.guild), "name": "server", "owner_id": "1", "roles": [everyone, staff], "emojis": [],
                "channels": channels, "members": [me], "threads": [], "features": [], "member_count": 2, "large": False,
                "unavailable": False, "verification_level": 0, "default_message_notifications": 0, "mfa_level": 0,
                "explicit_content_filter": 0, "system_channel_id": None, "preferred_locale": "en-US", "afk_timeout": 0,
                "premium_tier": 0, "nsfw_level": 0, "stickers": [], "voice_states": [], "presences": [],
                "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": []}  # fmt: skip


def _json(value: object, status: int = 200) -> web.Response:
    # With a charset behind it discord.py takes the body for text.
    return web.Response(body=json.dumps(value).encode(), status=status, headers={"Content-Type": "application/json"})
