"""Copies of what was sent: each lies in the Sent folder once, many cost few answers, and one bad one harms no other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.channels import sent
from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_plan import either
from dsarbot.channels.imap_session import Session
from dsarbot.channels.sent import Letter, SentFiler, pieces
from dsarbot.errors import NotFiled
from tests.channels.ledger import endpoint_of
from tests.channels.scripted_imap import SELECTED, ScriptedImap, scripted
from tests.servers.dovecot import Dovecot

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"filer{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def filer(dovecot: Dovecot, user: str, clock: list[float]) -> Iterator[SentFiler]:
    with SentFiler(endpoint=endpoint_of(dovecot, user), clock=lambda: clock[0]) as filer:
        yield filer


def letter(number: int, *, size: int = 0, at: datetime = AT) -> Letter:
    message_id = f"<{number:032x}@example.org>"
    head = f"From: dpo@example.org\r\nSubject: Eingangsbestätigung {number}\r\nMessage-ID: {message_id}\r\n\r\n"
    return Letter(message=head.encode() + b"x" * size + b"\r\n", message_id=message_id, at=at)


def messages(letters: list[Letter]) -> list[bytes]:
    return [each.message for each in letters]


def commands(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """Which of these methods of a session are called, in order."""
    called: list[str] = []

    def noting(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def noted(*args: object, **kwargs: object) -> object:
            called.append(name)
            return real(*args, **kwargs)

        return noted

    for name in names:
        monkeypatch.setattr(Session, name, noting(name, getattr(Session, name)))
    return called


def test_many_letters_are_filed_as_they_left_by_one_question_and_one_command(
    dovecot: Dovecot, user: str, filer: SentFiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = commands(monkeypatch, "__enter__", "select", "message_ids", "append_many", "append")
    letters = [letter(number) for number in range(50)]
    assert filer.file_many(letters) == 50
    assert filer.file_many([letter(50), letter(51)]) == 2
    assert called == ["__enter__", "select", "message_ids", "append_many", "message_ids", "append_many"]
    assert dovecot.mails(user, "Sent") == messages([*letters, letter(50), letter(51)])
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("Sent", readonly=True)
        filed = session.fetch(session.uids_after(0))
    assert {each.internal_date for each in filed} == {AT}
    assert all({"\\Seen", "$Dsarbot"} <= set(each.flags) for each in filed)


def test_what_lies_there_already_is_found_also_after_a_crash_in_between(
    dovecot: Dovecot, user: str, clock: list[float], filer: SentFiler
) -> None:
    letters = [letter(number) for number in range(5)]
    assert filer.file_many(letters[:3]) == 3
    # The process that filed them ended before it could note it, and retries are later by days.
    later = [letter(number, at=AT + timedelta(days=5)) for number in range(5)]
    with SentFiler(endpoint=endpoint_of(dovecot, user)) as another:
        assert another.file_many(later) == 2
        assert another.file_many(later) == 0
    # By then the claim of the other one has ended.
    clock[0] += 60
    assert filer.file_many(letters) == 0
    assert dovecot.mails(user, "Sent") == messages(letters)


def test_one_letter_to_several_recipients_has_one_copy(dovecot: Dovecot, user: str, filer: SentFiler) -> None:
    assert filer.file_many([letter(1), letter(1), letter(2)]) == 2
    assert len(dovecot.mails(user, "Sent")) == 2


def test_nothing_to_file_opens_no_connection() -> None:
    with scripted() as server, SentFiler(endpoint=server.endpoint) as filer:
        assert filer.file_many([]) == 0
        assert server.connections == 0


def test_many_bytes_go_in_several_commands(
    dovecot: Dovecot, user: str, filer: SentFiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "MOST_BYTES", 100_000)
    called = commands(monkeypatch, "append_many", "append")
    letters = [letter(number, size=40_000) for number in range(5)]
    assert filer.file_many(letters) == 5
    assert called == ["append_many", "append_many", "append"]
    assert dovecot.mails(user, "Sent") == messages(letters)


@pytest.mark.parametrize("missing", ["MULTIAPPEND", "LITERAL+"])
def test_a_server_without_the_extensions_gets_one_letter_after_the_other(
    dovecot: Dovecot, user: str, filer: SentFiler, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Session.supports
    monkeypatch.setattr(Session, "supports", lambda self, each: each != missing and real(self, each))
    called = commands(monkeypatch, "append_many", "append")
    assert filer.file_many([letter(1), letter(2)]) == 2
    assert called == ["append", "append"]
    assert dovecot.mails(user, "Sent") == messages([letter(1), letter(2)])


def test_a_session_that_the_server_ended_is_replaced_at_once(dovecot: Dovecot, user: str, filer: SentFiler) -> None:
    assert filer.file_many([letter(1)]) == 1
    dovecot.kick(user)
    assert filer.file_many([letter(1), letter(2)]) == 1
    assert dovecot.mails(user, "Sent") == messages([letter(1), letter(2)])


def test_a_session_lost_in_the_middle_of_a_batch_files_nothing_twice(
    dovecot: Dovecot, user: str, filer: SentFiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filer.file_many([letter(0)]) == 1
    real, losses = Session.append_many, iter([True])

    def lost_after_it(self: Session, *args: object, **kwargs: object) -> None:
        real(self, *args, **kwargs)  # type: ignore[arg-type]
        if next(losses, False):
            raise Down("lost")

    monkeypatch.setattr(Session, "append_many", lost_after_it)
    assert filer.file_many([letter(1), letter(2)]) == 0
    assert dovecot.mails(user, "Sent") == messages([letter(0), letter(1), letter(2)])


def test_a_closed_filer_opens_again(dovecot: Dovecot, user: str, filer: SentFiler) -> None:
    assert filer.file_many([letter(1)]) == 1
    filer.close()
    filer.close()
    assert filer.file_many([letter(1), letter(2)]) == 1
    assert len(dovecot.mails(user, "Sent")) == 2


# --- servers that say no ----------------------------------------------------------------------------------


def test_a_sent_folder_that_does_not_exist_is_said_and_looked_for_again() -> None:
    with scripted() as server, SentFiler(endpoint=server.endpoint) as filer:
        for _ in range(2):
            with pytest.raises(Down) as caught:
                filer.file_many([letter(1)])
            assert caught.value.slug == "folder-missing"
        assert server.connections == 2


@pytest.fixture
def refusing() -> Iterator[ScriptedImap]:
    with scripted("IMAP4rev1 UIDPLUS") as server:
        server.answers["APPEND"] = lambda tag, _: (
            f"{tag} NO [OVERQUOTA] full of mails to paula@example.net\r\n".encode()
        )
        yield server


def test_a_full_mailbox_is_said_by_its_code_alone_and_costs_no_new_log_in(refusing: ScriptedImap) -> None:
    with SentFiler(endpoint=refusing.endpoint, folder="Sent") as filer:
        for _ in range(2):
            with pytest.raises(NotFiled) as caught:
                filer.file_many([letter(1), letter(2)])
            assert caught.value.code == "OVERQUOTA"
            assert caught.value.message_ids == {letter(1).message_id, letter(2).message_id}
            assert "paula" not in str(caught.value)
    assert refusing.connections == 1


def test_a_bad_letter_holds_up_no_other(
    dovecot: Dovecot, user: str, filer: SentFiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Session.append

    def picky(self: Session, folder: str, raw: bytes, **kwargs: object) -> None:
        if raw == letter(2).message:
            raise Refused("SERVERBUG")
        real(self, folder, raw, **kwargs)  # type: ignore[arg-type]

    def all_or_none(self: Session, folder: str, raws: object, **kwargs: object) -> None:
        raise Refused("SERVERBUG")

    monkeypatch.setattr(Session, "append", picky)
    monkeypatch.setattr(Session, "append_many", all_or_none)
    with pytest.raises(NotFiled) as caught:
        filer.file_many([letter(1), letter(2), letter(3)])
    assert caught.value.message_ids == {letter(2).message_id}
    assert dovecot.mails(user, "Sent") == messages([letter(1), letter(3)])


def test_a_server_that_hangs_ends_within_the_timeout() -> None:
    with scripted() as server, SentFiler(endpoint=server.endpoint, folder="Sent", read_timeout=0.2) as filer:
        server.answers["UID SEARCH"] = lambda _tag, _words: b""
        with pytest.raises(Down) as caught:
            filer.file_many([letter(1)])
        assert caught.value.slug == "timeout"
        # It was no kept session: the next try is the outbox's to plan.
        assert server.connections == 1


def test_a_search_that_finds_similar_identities_is_looked_at_closely() -> None:
    """RFC 3501 6.4.4: HEADER finds what only contains the string, and some servers find by words."""
    with scripted("IMAP4rev1") as server, SentFiler(endpoint=server.endpoint, folder="Sent") as filer:
        head = b"Message-ID: <somebody.else@example.org>\r\n\r\n"
        server.answers["EXAMINE"] = lambda tag, _: SELECTED % (1, 2) + f"{tag} OK [READ-ONLY] done\r\n".encode()
        server.answers["UID SEARCH"] = lambda tag, _: f"* SEARCH 1\r\n{tag} OK done\r\n".encode()
        server.answers["UID FETCH"] = lambda tag, _: (
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%b)\r\n%b OK done\r\n"
            % (len(head), head, tag.encode())
        )
        server.answers["APPEND"] = lambda tag, _: f"{tag} NO no\r\n".encode()
        with pytest.raises(NotFiled):
            filer.file_many([letter(1)])
        assert any(each.startswith("APPEND") for each in server.seen)


# --- the pure parts ---------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 3_000_000), max_size=250))
def test_pieces_hold_everything_in_order_within_their_bounds(sizes: list[int]) -> None:
    letters = [Letter(message=bytes(size), message_id=f"<{n}@x>", at=AT) for n, size in enumerate(sizes)]
    found = list(pieces(letters))
    assert [each for piece in found for each in piece] == letters
    assert all(len(piece) <= sent.MOST_LETTERS for piece in found)
    assert all(len(piece) == 1 or sum(len(one.message) for one in piece) <= sent.MOST_BYTES for piece in found)
    assert all(piece for piece in found)


def joined(words: list[str]) -> tuple[object, list[str]]:
    """One search key off the front, and the rest (RFC 3501 9: search-key)."""
    first, *rest = words
    if first == "OR":
        left, rest = joined(rest)
        right, rest = joined(rest)
        return [left, right], rest
    return (first, rest[0], rest[1]), rest[2:]


def leaves(tree: object) -> list[object]:
    return [leaf for each in tree for leaf in leaves(each)] if isinstance(tree, list) else [tree]


def depth(tree: object) -> int:
    return 1 + max(map(depth, tree)) if isinstance(tree, list) else 0


@given(st.integers(1, 200))
def test_either_is_one_key_over_all_of_them_and_stays_flat(count: int) -> None:
    keys = [("HEADER", "Message-ID", f"<{number}@x>") for number in range(count)]
    tree, rest = joined(either(keys))
    assert rest == [] and leaves(tree) == keys
    assert depth(tree) <= count.bit_length()
