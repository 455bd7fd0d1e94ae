"""docs/rights.md, written from the handlers themselves: `python -m tests.rights_page > docs/rights.md`."""

from __future__ import annotations

from collections.abc import Iterator

import handlers
from dsarbot.core.rights import Right

INTRODUCTION = """# The rights

Written from the handlers themselves (`python -m tests.rights_page > docs/rights.md`; a test compares).

A right is data: a module with one value, `RIGHT`, of the class `dsarbot.core.rights.Right`. The nine that the law knows
lie in `handlers/`, one small module each. The core names none of them: what it does follows from the value.

- `steps`: the checklist. Slug, who does it (`owner`, `decider`, `operator`), our aim in working days from receipt, what
  is to be done. A step with `gate` is recorded, with a note, before an answer can be approved.
- `holds`: what an answer must hold. An item is there when a section of the letter says it (`RIGHT-ITEM`, such as
  `access-purposes`, or one of its own `sections`), when the drafter says so (`cases answer --holds`), or when it is
  withheld on a ground (`--part`). A missing one is named and stops the letter (`content-ITEM`). What the drafter says
  stands elsewhere is shown to whoever approves; said in one word (`--holds all`) it stops the letter (`holds-all`, with
  the items named) until somebody sets that aside with a reason, which says where they stand.
- `grounds`: lawful refusals. `evidence` says what must be at hand; with `demonstrate` it is recorded with the order,
  with `second` somebody else approves.
- `rungs`: the lowest sufficient proof where a mix-up would do little, ordinary or much harm; nothing where it would do
  little. They are proofs of the ladder ([identity.md](identity.md)), and a test compares both.
- `implies`: rights that it brings up; with `at_once` they are proposed as soon as the claim is there.
- `after`: rights towards the same party that are answered first.
- `letters`: the moments it uses.
- `marketing`: the same right against direct marketing: nothing to refuse, no proof, no fee.

## One more right in a case

`cases add-right REF --right RIGHT --because TEXT` opens a claim with a clock of its own. `--from` names the message
that invokes it, as `cases show` lists it, or the day or instant of its receipt; without it the claim was received with
the rest. `--party KEY` says that somebody else is answerable for it, by a short key. The person gets an acknowledgement
of that right with its own date, once: none where a letter said so of the same message already. It leaves by itself like
the first one, but not where somebody else is answerable: then its words are neutral and a person approves them.

## Who writes for the person

`cases represent REF --role ROLE --for NAME --mandate TEXT` records that somebody acts for the person whose data it is
about: an agent, lawyer, parent, guardian, heir or executor. From then on the person of the case is whoever `--for`
names, with `--for-address` or `--for-postal` where that is known; whoever wrote so far acts, unless `--name`,
`--address` or `--postal` say otherwise. `--right`, `--company` and `--until` say what the mandate names; `--data-to`
who receives the data.

- Letters go to the representative and name the person; the answer goes to the person unless the mandate says otherwise
  (after a death always to the heir). Both are heard when they write; from the representative's address only what
  answers a message or names the reference joins by itself.
- The check before sending stops letters to a representative whose mandate has ended (`mandate-ended`), and data about a
  right that it does not name (`mandate-right`).
- `cases show` says what is missing: for whom they act where a mandate of before does not say it, where the data could
  go, what an agent's mandate leaves open, claims outside it.
- After `cases end-mandate` letters go to the person, not back to whoever wrote.

## Adding a right

A package of your own brings it by an entry point of the group `dsarbot.rights`:

```toml
[project.entry-points."dsarbot.rights"]
information = "acme_rights:RIGHT"
```

and the configuration allows it by that name; nothing else is loaded:

```toml
[plugins]
allow = ["information"]
```

`tests/data/sample_right/acme_rights.py` is such a package in full. A ground for which the letters have no phrase brings
its own `text`. What is wrong with a right (a slug twice, an unknown moment, a ground without text, a right that waits
for itself) is named with package and key when the service or a command starts, and by `dsarbot doctor`. To an order the
right is like any other: `dsarbot cases confirm REF --right information`, `cases checklist REF`.
"""

WHEN = {"always": "", "given": "", "perhaps": " (if it applies)", "partly": " (if something is withheld)"}


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_section(variant) for right in handlers.BUILT_IN for variant in _variants(right))


def _variants(right: Right) -> Iterator[tuple[str, Right]]:
    yield right.slug, right
    if right.marketing is not None:
        yield f"{right.slug} to direct marketing", right.marketing


def _section(named: tuple[str, Right]) -> str:
    name, right = named
    rungs = right.rungs
    goal = f"Goal: {right.goal_days} working days. Proof: {rungs.low} / {rungs.normal} / {rungs.high}."
    told = " Recipients are told (Art. 19)." if right.tell_recipients else ""
    after = f" Answered after: {_listed(right.after)}." if right.after else ""
    lines = [
        f"\n## {name} (Art. {right.article})\n",
        f"{goal}{told}{_brings(right)}{after}\n",
        "| step | who | days | |\n|---|---|---|---|",
        *(
            f"| `{step.slug}` | {step.owner} | {step.days} | {step.text['en']}"
            f"{' **Before the answer leaves.**' if step.gate else ''} |"
            for step in right.steps
        ),
        "\n| the answer holds | Art. | |\n|---|---|---|",
        *(f"| `{item.slug}` | {item.article} | {item.text['en']}{WHEN[item.when]} |" for item in right.holds),
    ]
    if right.grounds:
        lines += ["\n| may be refused for | Art. | evidence |\n|---|---|---|"]
        lines += [
            f"| `{ground.slug}`{' (two persons)' if ground.second else ''} | {ground.article} | {ground.evidence['en']}"
            f"{' **Recorded with the order.**' if ground.demonstrate else ''} |"
            for ground in right.grounds
        ]
    else:
        lines += ["\nIt cannot be refused."]
    return "\n".join(lines) + f"\n\nLetters: {_listed(tuple(right.letters))}.\n"


def _brings(right: Right) -> str:
    words = {True: "proposes", False: "may lead to"}
    return "".join(f" It {words[each.at_once]} `{each.right}` (Art. {each.article})." for each in right.implies)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(page(), end="")
