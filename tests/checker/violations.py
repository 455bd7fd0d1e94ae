"""The planted violations: each breaks one thing, and the checker must say which rule that was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from tests.checker.broken import Copy
from tests.checker.tables import instant

NUAGE, WOLKE = "nuage", "wolke"


def a_mail_was_never_kept(copy: Copy) -> None:
    row, mail = copy.inbound(WOLKE)
    copy.sql("DELETE FROM inbound WHERE id = ?", row["id"])
    for name in str(row["objects"]).split():
        copy.never_kept(name)
    mail.path.rename(mail.path.with_name(mail.path.name.partition(":2,")[0] + ":2,"))


def a_mail_was_kept_twice(copy: Copy) -> None:
    row, _ = copy.inbound(WOLKE)
    copy.again("inbound", row, id="0" * 32, native=None, uid=0)


def a_mail_was_left_unread(copy: Copy) -> None:
    row, _ = copy.inbound(NUAGE)
    copy.sql("UPDATE inbound SET state = 'kept', disposition = '' WHERE id = ?", row["id"])


def kept_bytes_were_altered(copy: Copy) -> None:
    row, _ = copy.inbound(NUAGE)
    copy.overwrite(row["objects"], b"????", at=20)


def a_matter_has_two_cases(copy: Copy) -> None:
    reply = copy.row("inbound", kind="reply", disposition="case", organisation=NUAGE)
    other = next(row for row in copy.evidence.tables.rows("cases")
                 if row["organisation"] == NUAGE and row["id"] != reply["case_id"])  # fmt: skip
    copy.sql("UPDATE inbound SET case_id = ? WHERE id = ?", other["id"], reply["id"])


def a_reference_was_given_twice(copy: Copy) -> None:
    case = copy.row("cases", organisation=NUAGE)
    copy.again("alias", {"id": 1, "organisation": NUAGE, "reference": case["reference"], "case_id": case["id"]})


def a_receipt_was_moved(copy: Copy) -> None:
    row, _ = copy.inbound(NUAGE)
    later = instant(row["received_at"]) + timedelta(days=1)
    copy.sql("UPDATE inbound SET received_at = ? WHERE id = ?", later.isoformat(), row["id"])


def a_date_was_moved(copy: Copy) -> None:
    case = copy.row("cases", organisation=WOLKE, status="open")
    copy.sql("UPDATE cases SET target = '2027-12-24' WHERE id = ?", case["id"])


def an_alarm_was_not_told(copy: Copy) -> None:
    woke = next(row for row in copy.evidence.tables.rows("entry") if row["kind"] == "Woke" and "due-5" in row["public"])
    _silence(copy, copy.row("cases", id=woke["stream"])["reference"], WOLKE)


def a_row_is_not_what_its_facts_say(copy: Copy) -> None:
    case = copy.row("cases", organisation=NUAGE, status="open")
    copy.sql("UPDATE cases SET status = 'closed' WHERE id = ?", case["id"])


def an_outbox_row_was_doubled(copy: Copy) -> None:
    # One that a person approved: an automatic one more might break a cap as well.
    posted, _ = copy.letter("@", automatic=False)
    sealed = copy.envelope(posted, message_id="<another@nuage.example>")
    copy.again("job", posted.row, id="0" * 32, sealed=sealed)


def accepted_bytes_were_altered(copy: Copy) -> None:
    _, mail = copy.letter("@")
    copy.rewrite(mail, raw=mail.raw[:-3] + b"!\r\n")


def a_letter_came_from_nowhere(copy: Copy) -> None:
    _, mail = copy.letter(f"dpo@{NUAGE}", kind="digest", automatic=False)
    path = copy.folder / "spool" / "999999.mail"
    path.write_bytes((copy.folder / "spool" / mail.name).read_bytes().replace(mail.message_id.encode(), b"a@b.example"))
    copy.list_again()


def a_letter_left_before_its_approval(copy: Copy) -> None:
    _, mail = copy.letter("@", automatic=False)
    copy.rewrite(mail, at=(mail.at - timedelta(hours=1)).isoformat())


def a_letter_went_to_a_robot(copy: Copy) -> None:
    _, mail = copy.letter("@")
    robot = next(each.sender for each in copy.evidence.planted if each.expected == "automatic")
    copy.rewrite(mail, recipients=[*mail.recipients, robot])


def a_letter_went_to_somebody_else(copy: Copy) -> None:
    _, mail = copy.letter("@")
    copy.rewrite(mail, recipients=["neighbour@people.example"])


def a_cap_was_not_kept(copy: Copy) -> None:
    path = copy.folder / "world.json"
    world = json.loads(path.read_text())
    for served in world["organisations"]:
        served["per_address"] -= 1
    path.write_text(json.dumps(world))


def two_digests_on_one_day(copy: Copy) -> None:
    posted, mail = copy.letter(f"deputy@{NUAGE}", kind="digest", automatic=False)
    chief = f"dpo@{NUAGE}.example"
    copy.sql("UPDATE job SET sealed = ? WHERE id = ?", copy.envelope(posted, recipient=chief), posted.row["id"])
    copy.rewrite(mail, recipients=[chief])


def a_child_of_another_organisation(copy: Copy) -> None:
    row = copy.row("lookup", organisation=NUAGE)
    copy.sql("UPDATE lookup SET organisation = ? WHERE id = ?", WOLKE, row["id"])


def a_word_of_another_organisation(copy: Copy) -> None:
    row, mail = copy.inbound(NUAGE)
    word = copy.evidence.organisation(WOLKE).markers[0].encode()
    first, _, rest = copy.evidence.object(row["objects"]).partition(b"\n")
    copy.keep_anew(row["objects"], first + b"\nX-Word: " + word + b"\r\n" + rest)
    written = mail.path.stat()
    mail.path.write_bytes(b"X-Word: " + word + b"\n" + mail.raw)
    os.utime(mail.path, (written.st_atime, written.st_mtime))


def a_planted_word_in_the_database(copy: Copy) -> None:
    _append(copy.folder / "database" / "dsarbot.sqlite", copy.evidence.world.markers[0].encode())


def a_planted_word_as_base64_in_a_log(copy: Copy) -> None:
    _append(copy.folder / "logs" / "service.log", b"enF4amt2d3B5aGI=" + b"\n")


def a_secret_in_a_log(copy: Copy) -> None:
    _append(copy.folder / "logs" / "service.log", (copy.folder / "imap.password").read_bytes())


def the_bytes_of_an_object_are_zeros(copy: Copy) -> None:
    posted, _ = copy.letter("@")
    copy.overwrite(posted.row["object"], bytes(copy.evidence.keys.row(posted.row["object"])["length"]))


def a_destroyed_key_is_still_there(copy: Copy) -> None:
    tomb = copy.row("destroyed", organisation=NUAGE)
    copy.again("object_key", copy.row("object_key", organisation=NUAGE, kind="skeleton"), id=tomb["id"])


def a_destroyed_key_is_in_the_log(copy: Copy) -> None:
    tomb = copy.row("destroyed", organisation=NUAGE)
    _append(copy.folder / "database" / "dsarbot-keys.sqlite", str(tomb["id"]).encode())


def a_key_belongs_to_nothing(copy: Copy) -> None:
    copy.again("object_key", copy.row("object_key", organisation=NUAGE, kind="entry"), id="0" * 32)


def an_entry_was_rewritten(copy: Copy) -> None:
    entry = copy.row("entry", kind="digest-sent", organisation=NUAGE)
    public = json.dumps({**json.loads(entry["public"]), "late": 99}, separators=(",", ":"), sort_keys=True)
    copy.sql("UPDATE entry SET public = ? WHERE id = ?", public, entry["id"])


def the_last_anchor_is_missing(copy: Copy) -> None:
    last = copy.evidence.tables.rows("anchor")[-1]["number"]
    copy.sql("DELETE FROM anchor WHERE number = ?", last)
    told = max(row["public"].partition('"anchor":')[2].partition(",")[0] for row in copy.evidence.tables.rows("entry")
               if row["kind"] == "digest-sent")  # fmt: skip
    for number in range(int(told), last):
        copy.sql("DELETE FROM anchor WHERE number = ?", number)


def a_fence_went_back(copy: Copy) -> None:
    job = copy.row("job", state="sent")
    _append(copy.folder / "fences.jsonl", json.dumps({job["id"]: (job["fence"] + 1, "sent")}).encode())


def an_outbox_row_waits_for_ever(copy: Copy) -> None:
    job = copy.row("job", kind="copy", state="sent")
    copy.sql("UPDATE job SET state = 'queued', fence = 0 WHERE id = ?", job["id"])
    (copy.folder / "fences.jsonl").write_text("")


def a_shunted_letter_was_not_told(copy: Copy) -> None:
    job = copy.row("job", state="shunted", organisation=NUAGE)
    _silence(copy, copy.row("cases", id=job["case_id"])["reference"], NUAGE)


def a_mail_was_never_moved(copy: Copy) -> None:
    _, mail = copy.inbound(NUAGE)
    mail.path.rename(mail.path.parents[2] / "cur" / mail.path.name)
    copy.list_again()


def the_second_run_wrote_a_row(copy: Copy) -> None:
    copy.sql("INSERT INTO remembered (name, value) VALUES ('planted', '1')", before=False)


def a_destruction_was_not_announced(copy: Copy) -> None:
    copy.again("destroyed", copy.row("destroyed", organisation=NUAGE), id="0" * 32)


def a_mark_came_before_its_commit(copy: Copy) -> None:
    _also_first_in_trace(copy.folder / "trace.txt", "UID STORE ")


def commits_were_never_synced(copy: Copy) -> None:
    _without_in_trace(copy.folder / "trace.txt", "sync(", "/dsarbot.sqlite-wal>")


def objects_were_never_synced(copy: Copy) -> None:
    _without_in_trace(copy.folder / "trace.txt", "sync(", "/vault/")


def a_letter_left_before_its_commit(copy: Copy) -> None:
    # RCPT and DATA together, as a hasty sender might pipeline them.
    posted, _ = copy.letter("@")
    path = copy.folder / "trace.txt"
    line = f'1 sendto(5<socket:[1]>, "RCPT TO:<{posted.recipient}>\\r\\nDATA\\r\\n", 40) = 40\n'
    path.write_text(line + path.read_text(errors="replace"))


def _without_in_trace(path: Path, *words: str) -> None:
    lines = path.read_text(errors="replace").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not all(word in line for word in words)))


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(b"\n" + data + b"\n")


def _silence(copy: Copy, reference: str, organisation: str) -> None:
    """The digests of an organisation say nothing of that case."""
    for who in ("dpo", "deputy"):
        posted, mail = copy.letter(f"{who}@{organisation}", kind="digest", automatic=False)
        raw = mail.raw.replace(reference.encode(), b"-")
        assert raw != mail.raw, "the digest does not name the case"
        copy.rewrite(mail, raw=raw)
        copy.keep_anew(posted.row["object"], raw)


def _also_first_in_trace(path: Path, words: str) -> None:
    text = path.read_text(errors="replace")
    found = next(line for line in text.splitlines() if words in line)
    call = found.partition(" <unfinished")[0] if "<unfinished" in found else found.rpartition(") = ")[0]
    path.write_text(f"{call}) = 1\n{text}")


#: Which invariants must speak up: the one it belongs to, and no other.
VIOLATIONS: Mapping[Callable[[Copy], None], int] = {
    a_mail_was_never_kept: 1,
    a_mail_was_kept_twice: 1,
    a_mail_was_left_unread: 1,
    kept_bytes_were_altered: 2,
    a_matter_has_two_cases: 3,
    a_reference_was_given_twice: 3,
    a_receipt_was_moved: 4,
    a_date_was_moved: 4,
    an_alarm_was_not_told: 4,
    a_row_is_not_what_its_facts_say: 5,
    an_outbox_row_was_doubled: 5,
    accepted_bytes_were_altered: 6,
    a_letter_came_from_nowhere: 6,
    a_letter_left_before_its_approval: 6,
    a_letter_went_to_a_robot: 7,
    a_letter_went_to_somebody_else: 7,
    a_cap_was_not_kept: 7,
    two_digests_on_one_day: 8,
    a_child_of_another_organisation: 9,
    a_word_of_another_organisation: 9,
    a_planted_word_in_the_database: 10,
    a_planted_word_as_base64_in_a_log: 10,
    a_secret_in_a_log: 10,
    the_bytes_of_an_object_are_zeros: 11,
    a_destroyed_key_is_still_there: 11,
    a_destroyed_key_is_in_the_log: 11,
    a_key_belongs_to_nothing: 11,
    an_entry_was_rewritten: 12,
    the_last_anchor_is_missing: 12,
    a_fence_went_back: 12,
    an_outbox_row_waits_for_ever: 13,
    a_shunted_letter_was_not_told: 13,
    a_mail_was_never_moved: 13,
    the_second_run_wrote_a_row: 14,
    a_destruction_was_not_announced: 15,
    a_mark_came_before_its_commit: 16,
    a_letter_left_before_its_commit: 16,
    commits_were_never_synced: 16,
    objects_were_never_synced: 16,
}
