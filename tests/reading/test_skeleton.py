"""Skeleton and leaves: byte for byte, whatever the bytes are."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsarbot.errors import Tampered
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import DESTROYED, cut, find_leaves, join
from tests.reading.mail_samples import SAMPLES, Sample, having, sample


@given(st.binary(max_size=4000), st.integers(0, 50))
@example(b"DSARBOT-SKELETON 1 0+5\nhello", 0)
@example(b"\r", 0)
def test_arbitrary_bytes_come_back(raw: bytes, min_size: int) -> None:
    done = cut(raw, min_size=min_size)
    assert join(done.skeleton, done.leaves) == raw
    assert done.sha256 == hashlib.sha256(raw).hexdigest()


@given(st.sampled_from(SAMPLES), st.data())
def test_damaged_samples_come_back(one: Sample, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(one.raw)))
    raw = one.raw[:begin] + data.draw(st.binary(max_size=60)) + one.raw[data.draw(st.integers(begin, len(one.raw))) :]
    done = cut(raw, min_size=1)
    assert join(done.skeleton, done.leaves) == raw


_LEAF = st.tuples(
    st.sampled_from(
        [b"application/pdf", b"image/png", b"text/plain", b"message/rfc822", b"multipart/mixed; boundary=i"]
    ),
    st.sampled_from([b"base64", b"8bit", b"quoted-printable", b""]),
    st.binary(max_size=4000),
    st.sampled_from([b"\r\n", b"\n", b"\r\r\n"]),
)


@settings(max_examples=200)
@given(st.lists(_LEAF, max_size=6), st.booleans(), st.sampled_from([b"\r\n", b"\n", b"\r"]))
def test_generated_mime_comes_back(leaves: list[tuple[bytes, bytes, bytes, bytes]], closed: bool, end: bytes) -> None:
    lines = [b"From: jane@example.org", b"Content-Type: multipart/mixed; boundary=b", b""]
    for content_type, encoding, content, inner_end in leaves:
        body = base64.encodebytes(content).replace(b"\n", inner_end) if encoding == b"base64" else content
        lines += [b"--b", b"Content-Type: " + content_type, b"Content-Transfer-Encoding: " + encoding, b"", body]
    raw = end.join([*lines, *([b"--b--"] if closed else [])])
    done = cut(raw, min_size=100)
    assert join(done.skeleton, done.leaves) == raw
    assert join(done.skeleton, dict(enumerate(done.leaves))) == raw


@pytest.mark.parametrize("one", having("leaves"), ids=lambda one: one.key)
def test_attachments_are_leaves_and_text_is_not(one: Sample) -> None:
    done = cut(one.raw)
    assert len(done.leaves) == one.expected["leaves"]
    assert b"I want my data" not in b"".join(done.leaves)
    assert len(done.skeleton) < len(one.raw) / 2


def test_a_long_text_of_a_person_stays_in_the_skeleton() -> None:
    raw = b"From: jane@example.org\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert cut(raw + base64.encodebytes(b"I want my data. " * 1000)).leaves == ()


def test_leaves_know_their_place() -> None:
    raw = sample("attachment-names")
    for leaf in find_leaves(raw):
        assert raw[leaf.start : leaf.start + leaf.size] == leaf.content


def test_a_destroyed_leaf_leaves_the_rest_readable_and_is_told() -> None:
    raw = sample("attachment-names")
    done = cut(raw)
    rest = join(done.skeleton, {1: done.leaves[1]})
    assert DESTROYED in rest
    assert (raw.count(done.leaves[0]), rest.count(done.leaves[0])) == (2, 1)
    mail = parse(rest)
    assert mail.text == parse(raw).text
    assert [file.name for file in mail.files] == [file.name for file in parse(raw).files]
    assert mail.files[0].content is None
    assert mail.files[1].content == parse(raw).files[1].content
    assert mail.problems == ("destroyed-leaf",)


def test_a_mail_that_looks_like_a_skeleton_is_not_taken_for_one() -> None:
    raw = b"DSARBOT-SKELETON 1 0+3\r\nSubject: x\r\n\r\n" + cut(sample("attachment-names")).skeleton
    done = cut(raw)
    assert join(done.skeleton, done.leaves) == raw


def test_wrong_leaves_and_wrong_skeletons_are_refused() -> None:
    done = cut(sample("attachment-names"))
    with pytest.raises(Tampered):
        join(done.skeleton, (done.leaves[0][:-1], done.leaves[1]))
    with pytest.raises(Tampered):
        join(done.skeleton[:200], done.leaves)
    with pytest.raises(Tampered):
        join(sample("attachment-names"), ())
