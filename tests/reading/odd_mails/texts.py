"""Bodies: HTML, flowed lines, and texts in forms of their own."""

from __future__ import annotations

from tests.reading.odd_mails.case import REQUEST, Odd, from_jane


def _html(key: str, body: str, says: str = REQUEST, *, silent: str = "SECRET", label: str = "; charset=utf-8",
          charset: str = "utf-8", problems: tuple[str, ...] = ()) -> Odd:  # fmt: skip
    raw = from_jane(f"Content-Type: text/html{label}", body=body, charset=charset)
    return Odd(key=key, raw=raw, says=says, silent=silent, problems=problems)


def _flowed(key: str, body: str, says: str, extra: str = "") -> Odd:
    return Odd(key=key, raw=from_jane(f"Content-Type: text/plain; format=flowed{extra}", body=body), says=says)


_TAG = "<p>I want a copy of all my data.</p>"
CASES = (
    _html("html-plain", f"<html><body>{_TAG}</body></html>"),
    _html("html-without-any-frame", _TAG),
    _html("html-style-and-script", f"<style>p{{color:SECRET}}</style><script>SECRET()</script>{_TAG}"),
    _html("html-title-and-comment", f"<head><title>SECRET</title></head><!-- SECRET -->{_TAG}"),
    _html("html-for-outlook-only", f"<!--[if mso]><p>SECRET</p><![endif]-->{_TAG}"),
    _html("html-for-others-only", f"<![if !mso]>{_TAG}<![endif]>"),
    _html("html-preheader-hidden", f'<div style="display:none;max-height:0">SECRET<div>SECRET</div></div>{_TAG}'),
    _html("html-preheader-tiny", f'<span style="font-size:0px; color:#fff">SECRET</span>{_TAG}'),
    _html("html-preheader-hidden-for-outlook", f"<span style='mso-hide:all'>SECRET</span>{_TAG}"),
    _html("html-hidden-attribute", f"<p hidden>SECRET</p>{_TAG}"),
    _html("html-all-hidden", f'<div style="display:none">{_TAG}</div>'),
    _html("html-entities", "<p>acc&egrave;s &amp; donn&#233;es &#x20AC; 5 &lt; 6</p>", "accès & données € 5 < 6"),
    _html("html-entities-without-end", "<p>donn&eacutees&nbspici</p>", "données ici"),
    _html("html-hard-blanks", "<p>I&nbsp;want&nbsp;a copy of\n   all my\tdata.</p>"),
    _html("html-words-cut-by-tags", "<p>I want a c<b>op</b>y of <i>all</i> my data.</p>"),
    _html("html-lines", "one<br>two<br/>three<div>four</div>five", "one\ntwo\nthree\nfour\nfive"),
    _html("html-paragraphs", "<p>one</p>\n\n<p>two</p>", "one\n\ntwo"),
    _html(
        "html-table",
        "<table><tr><td>name</td><td>Jane</td></tr><tr><td>city</td><td>Metz</td></tr></table>",
        "name  Jane\ncity  Metz",
    ),
    _html("html-list", "<ul><li>one</li><li>two</ul>", "* one\n* two"),
    _html("html-preformatted", "<pre>a\n  b</pre>", "a\n  b"),
    _html("html-link", '<p>see <a href="https://x.example/?a=1&b=2">our page</a> now</p>', "see our page now"),
    _html("html-tags-never-closed", "<div><p>I want a copy of <b>all my data."),
    _html(
        "html-signs-that-are-no-tags",
        "<p>1 < 2, <jane@example.org> and I <3 data</p>",
        "1 < 2, <jane@example.org> and I <3 data",
    ),
    _html("html-bracket-in-attribute", f'<p title="a > SECRET">x</p>{_TAG}'),
    _html("html-quote-never-closed", f'<p title="x>{REQUEST}</p>'),
    _html(
        "html-charset-in-meta-only",
        '<meta charset="windows-1251"><p>Мои данные</p>',
        "Мои данные",
        label="",
        charset="cp1251",
    ),
    _html(
        "html-charset-in-old-meta",
        '<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=koi8-r"><p>Мои данные',
        "Мои данные",
        label="",
        charset="koi8-r",
    ),
    _html(
        "html-utf-7-refused",
        "<p>+ADw-script+AD4- data</p>",
        "+ADw-script+AD4- data",
        label="; charset=utf-7",
        problems=("wrong-charset",),
    ),
    _html(
        "html-utf-7-in-meta-refused",
        '<meta charset="utf-7"><p>+ADw-b+AD4-</p>',
        "+ADw-b+AD4-",
        label="",
        problems=("wrong-charset",),
    ),
    _html("html-in-five-hundred-levels", "<div>" * 500 + REQUEST),
    _flowed("flowed", "I want a copy of \nall my data.\nJane", "I want a copy of all my data.\nJane"),
    _flowed("flowed-words-cut", "I want a co \npy of all my data.", REQUEST, "; delsp=yes"),
    _flowed("flowed-quotes", "> I want a copy of \n> all my data.\nYes.", "> I want a copy of all my data.\nYes."),
    _flowed("flowed-quotes-of-two-depths", ">> one \n> two", ">> one\n> two"),
    _flowed("flowed-signature", f"{REQUEST}\n-- \nJane", "data.\n-- \nJane"),
    _flowed("flowed-stuffed", " From the start: \n all.", "From the start: all."),
    Odd(
        key="enriched", raw=from_jane("Content-Type: text/enriched", body="I want <bold>a copy</bold> of all my data.")
    ),
    Odd(key="markdown", raw=from_jane("Content-Type: text/markdown", body=REQUEST)),
    Odd(
        key="two-texts",
        says="One.\n\nTwo.",
        raw=from_jane("Content-Type: multipart/mixed; boundary=b", body="--b\n\nOne.\n--b\n\nTwo.\n--b--"),
    ),
    Odd(
        key="text-behind-the-file",
        files=("a.png",),
        raw=from_jane(
            "Content-Type: multipart/mixed; boundary=b",
            body=f"--b\nContent-Type: image/png; name=a.png\n\nx\n--b\n\n{REQUEST}\n--b--",
        ),
    ),
)
