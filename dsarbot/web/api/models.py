"""What is sent and answered: the description of the API is made of these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

from dsarbot.core.logins import Method
from dsarbot.core.webhooks import EventKind
from dsarbot.reading.addresses import clean_address

State = Literal["received", "in-progress", "waiting-for-you", "answered", "closed"]


def _address(value: str) -> str:
    """Only what can be written to; nothing is repaired in silence."""
    if value and (clean_address(value) != value or not value.isascii()):
        raise ValueError("is no mail address")
    return value


def _readable(value: str) -> str:
    """No control characters, and no half characters, which no database and no mail can carry."""
    if any(not (char.isprintable() or char in "\r\n\t") for char in value):
        raise ValueError("has characters that cannot be shown")
    return value


Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_readable)]
Words = Annotated[str, StringConstraints(max_length=20_000, strip_whitespace=True), AfterValidator(_readable)]
Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(_address)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class AssertedLogin(_In):
    """Your word that this customer is logged in with you. Needs the scope `logins:assert` and `customer_number`."""

    at: AwareDatetime = Field(description="When the person logged in, with its offset.")
    method: Method


class Contact(_In):
    """How the person may be reached. May be left out where the customer number is on file with an address."""

    name: Line = ""
    email: Address = ""
    postal: list[Line] = Field(default=[], max_length=8)


class NewRequest(_In):
    """A request of a data subject. Say at least a right or some words."""

    rights: list[Slug] = Field(
        default=[], max_length=9, description="Those that the person ticked; empty: read from the words.",
        examples=[["access", "erasure"]],
    )  # fmt: skip
    text: Words = Field(default="", description="In the person's own words.")
    contact: Contact = Contact()
    customer_number: Line = ""
    subject_id: Line = Field(default="", description="Your own id of the person.")
    asserted_login: AssertedLogin | None = None
    language: Annotated[str, StringConstraints(pattern=r"^([a-z]{2})?$")] = Field(default="", examples=["fr"])


class RequestState(BaseModel):
    """Where a request stands, for the person who made it; no more. target: when the answer is owed at the latest."""

    reference: str
    state: State
    received_at: datetime
    target: date | None
    answered_at: datetime | None = None
    status_url: str


class NewAccountLink(_In):
    """A person is logged in with you, and has a case: both belong together. Name the case by one of the two."""

    case_link: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")] = Field(
        default="", description="The signs at the end of the link to their case, which they have followed."
    )
    reference: Line = ""
    customer_number: Annotated[Line, Field(min_length=1)]
    asserted_login: AssertedLogin


class AccountLink(BaseModel):
    """The case now knows who asks. portal_url: leads the person into it, once and within ten minutes, without a code;
    null where there is no portal."""

    reference: str
    linked_at: datetime
    portal_url: str | None


class CaseLine(BaseModel):
    """A case in a list. Nothing in it says whom it is about."""

    reference: str
    status: str
    outcome: str
    rights: list[str]
    language: str
    channel: str
    received_at: datetime
    target: date | None
    assignee: str
    closed: bool
    version: int


class CasePage(BaseModel):
    """A page of the list. next: what to send as `cursor` for the page behind it."""

    cases: list[CaseLine]
    next: str | None


class Task(BaseModel):
    """A step of a claim's checklist. key: names it in `tasks/{key}/done`; by: our own aim."""

    key: str
    text: str
    by: date
    done: bool


class Claim(BaseModel):
    """One right towards one answerable party, with its own dates."""

    id: str
    right: str
    party: str
    status: str
    outcome: str
    received_at: datetime
    target: date | None
    safe_due: date | None
    goal: date | None
    tasks: list[Task]


class Letter(BaseModel):
    """That a letter exists, what it is for and where it stands; never its words."""

    id: str
    moment: str
    status: str
    sent_at: datetime | None


class CaseDetail(CaseLine):
    """One case, with its version as ETag."""

    claims: list[Claim]
    letters: list[Letter]


class NewNote(_In):
    """Words for the colleagues; they never leave the house."""

    text: Annotated[Words, Field(min_length=1)]


class Assignment(_In):
    """To whom the case belongs from now on: the key of a colleague."""

    staff: Annotated[Line, Field(min_length=1)]


class TaskDone(_In):
    """What there is to say about it; some steps ask for it."""

    note: Words = ""


class NewWebhook(_In):
    """Where to send events, and which."""

    url: HttpUrl
    events: list[EventKind] = Field(min_length=1, max_length=5)


class Webhook(BaseModel):
    """A webhook; its secret was shown when it was made."""

    id: str
    url: str
    events: list[EventKind]
    made_at: datetime


class MadeWebhook(Webhook):
    """secret: what our signatures are made with; it is not shown again."""

    secret: str


class Webhooks(BaseModel):
    webhooks: list[Webhook]
