"""Delivers the planted mails in bursts while everything around dies: a mail is done once the server has said so."""

from __future__ import annotations

import random
import smtplib
import threading
import time
from collections.abc import Sequence

import imapclient

from tests.kill.world import Mail, World

#: A server that was killed is tried again after so many seconds.
_PAUSE = 0.2


class Postman(threading.Thread):
    """Delivers all of them within about so many seconds. A mail whose delivery was cut off goes in once more: the
    mail server may then hold it twice, and so must dsarbot."""

    def __init__(self, world: World, *, seconds: float, seed: int) -> None:
        super().__init__(name="postman", daemon=True)
        self._world, self._dice = world, random.Random(seed)
        self._left = list(world.mails)
        self._pause = seconds / max(1, len(self._left))
        self._lmtp: smtplib.LMTP | None = None
        self.trouble = 0

    def run(self) -> None:
        while self._left:
            burst = self._left[: self._dice.choice((1, 1, 5, 20, 60))]
            begun = time.monotonic()
            for mail in burst:
                self._until_taken(mail)
            del self._left[: len(burst)]
            time.sleep(max(0.0, self._pause * len(burst) - (time.monotonic() - begun)))
        self._hang_up()

    def _hang_up(self) -> None:
        if self._lmtp is not None:
            self._lmtp.close()
            self._lmtp = None

    def _until_taken(self, mail: Mail) -> None:
        while True:
            try:
                self._deliver(mail)
            except (OSError, smtplib.SMTPException, imapclient.exceptions.IMAPClientError):
                self._hang_up()
                self.trouble += 1
                time.sleep(_PAUSE)
            else:
                return

    def _deliver(self, mail: Mail) -> None:
        account = self._world.accounts[mail.mailbox]
        if mail.at is not None:
            self._world.dovecot.append(account, mail.planted.raw, at=mail.at)
            return
        if self._lmtp is None:
            self._lmtp = smtplib.LMTP(self._world.dovecot.host, self._world.dovecot.lmtp_port)
        # RFC 5321 4.5.5: what reports on delivery comes from nobody.
        sender = "" if mail.planted.expected == "bounce" else mail.planted.sender
        self._lmtp.sendmail(sender, [account], mail.planted.raw)


def everything(mails: Sequence[Mail]) -> str:
    """Counts of what is planted, for a line of the run."""
    kinds: dict[str, int] = {}
    for mail in mails:
        kinds[mail.planted.expected] = kinds.get(mail.planted.expected, 0) + 1
    return " ".join(f"{name}={count}" for name, count in sorted(kinds.items()))
