"""From which addresses supervisory authorities write. A name in a text proves nothing; a domain is a good hint.

Only a hint: nothing is sent, closed or delayed because of it; a person is told (practice 6, 23). General knowledge,
unchecked; a domain that is missing costs a hint.
"""

from __future__ import annotations

from typing import Final

#: The domain and everything below it.
DOMAINS: Final = frozenset(
    [
        # European Union
        "edps.europa.eu",
        "edpb.europa.eu",
        # France, Luxembourg, Belgium, the Netherlands
        "cnil.fr",
        "cnpd.lu",
        "cnpd.public.lu",
        "apd-gba.be",
        "dataprotectionauthority.be",
        "autoriteitpersoonsgegevens.nl",
        # Germany: the Federation and the Länder
        "bfdi.bund.de",
        "datenschutz.de",
        "lfdi.bwl.de",
        "lda.bayern.de",
        "datenschutz-bayern.de",
        "datenschutz-berlin.de",
        "lda.brandenburg.de",
        "datenschutz.bremen.de",
        "datenschutz.hamburg.de",
        "datenschutz.hessen.de",
        "datenschutz-mv.de",
        "lfd.niedersachsen.de",
        "ldi.nrw.de",
        "datenschutz.rlp.de",
        "datenschutz.saarland.de",
        "slt.sachsen.de",
        "sdtb.sachsen.de",
        "lfd.sachsen-anhalt.de",
        "datenschutzzentrum.de",
        "datenschutz.thueringen.de",
        "tlfdi.de",
        # elsewhere in the Union, Norway and Switzerland
        "dsb.gv.at",
        "garanteprivacy.it",
        "gpdp.it",
        "aepd.es",
        "cnpd.pt",
        "dataprotection.ie",
        "datatilsynet.dk",
        "datatilsynet.no",
        "imy.se",
        "om.fi",
        "uodo.gov.pl",
        "edoeb.admin.ch",
    ]
)


def is_authority(address: str) -> bool:
    """Whether the address lies with a supervisory authority that is known here."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    labels = domain.split(".")
    return any(".".join(labels[start:]) in DOMAINS for start in range(len(labels) - 1))
