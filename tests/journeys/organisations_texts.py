"""What people write to the five organisations, what colleagues fill in, and what the answers must say."""

from __future__ import annotations

SIGNED = """\
Rosalind Achterberg
4 Mill Lane
Dublin D04 X2Y8

@right JCS s.àr.l.
@right Legal Department (DPO)
@right 16, rue Paul Faber
@right L-6785 Grevenmacher

@right Dublin, 2 March

Dear Sir or Madam,

Please send me a copy of all personal data that you hold about me as
a contact of your customer Example Shop (Art. 15 GDPR), and erase my
mailbox with that shop, which you host (Art. 17 GDPR).

A copy of my identity card is enclosed, as your policy demands.

Signed: Rosalind Achterberg"""
CARD = """\
IDENTITY CARD (copy)
Surname: ACHTERBERG
Given name: ROSALIND
SPECIMEN"""
HOME = ("Rosalind Achterberg", "4 Mill Lane", "Dublin D04 X2Y8", "Ireland")

PROSPECTING = (
    "Hello,\r\n\r\nI object to the use of my data for commercial prospecting (Art. 21(2) GDPR). I also give you"
    " directives for my data after my death (Art. 85 of the French law of 6 January 1978): erase everything.\r\n\r\n"
    "Jeanne Martin"
)
RESOLD = (
    "Hello,\r\n\r\nMy mailbox was set up by your reseller, Reseller Example. Please delete all my personal data"
    " (Art. 17 GDPR).\r\n\r\nJeanne Martin"
)
CLIENT_AREA = (
    "Client area, My Personal Data, ticket 4711\r\n\r\n"
    "I would like a copy of all my personal data (Art. 15 GDPR).\r\n\r\nJeanne Martin, customer 4711"
)
PARENT = (
    "Hello,\r\n\r\nI am the mother of Paul, who is 14 and opened an account with you."
    " Please delete all his personal data (Art. 17 GDPR).\r\n\r\nJeanne Martin"
)
PROOF = "Please find the page of our family record book.\r\n\r\nJeanne Martin"
WITHDRAWAL = (
    "Hello,\r\n\r\nI withdraw my consent to the use of my data for your newsletter (Art. 7(3) GDPR).\r\n\r\n"
    "Jeanne Martin"
)

#: What a draft leaves to the colleague, by the end of the section's name.
OWN_PART = {
    "purposes": "To perform the contract with your employer (Art. 6(1)(f) GDPR).",
    "categories": "Name and address.",
    "recipients": "Nobody but ourselves.",
    "source": "From our customer.",
    "decisions": "None.",
    "safeguards": "None.",
}
COPY = {
    "purposes": "To run your account (Art. 6(1)(b) GDPR).",
    "categories": "Account, tickets, invoices.",
    "recipients": "- Stripe (payments)\n- Equinix (data centre)",
    "source": "From yourself.",
    "decisions": "None.",
    "safeguards": "None.",
}
ERASED = {"backups": "**Backups:** overwritten within 30 days.", "recipients": "Nobody had received this data."}

CNPD = "National Commission for Data Protection (CNPD) 15, boulevard du Jazz, L-4370 Belvaux"
COURT_LU = "before the courts of Luxembourg, where our company is established"
CNIL_FR = "Commission nationale de l’informatique et des libertés (CNIL) 3 place de Fontenoy, TSA 80715, 75334 Paris"
CNIL_EN = "French data protection authority (CNIL) 3 place de Fontenoy, TSA 80715, 75334 Paris"
#: As JSBCloud's policy writes it.
CNIL_JSB = "French data protection authority (CNIL) 3 Place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, France"
COURT_FR = "devant les juridictions françaises, notre société étant établie en France"
COURT_FR_EN = "before the courts of France, where our company is established"
#: The ten rows of JSBCloud's policy; the last one contradicts others, so that a person confirms it.
PERIODS = (
    "Active customer profiles – Duration of contractual relationship",
    "Inactive customer profiles – Archived after 3 months of inactivity",
    "Archived customer profiles – deleted after 6 months of archiving",
    "Empty customer profiles (no service) – Deleted after 6 months from registration",
    "Invoices and accounting data – 10 years (legal obligation)",
    "Cancelled invoices – Deleted after 30 days",
    "Cancelled / pending / fraudulent orders – Deleted after 30 days",
    "Support tickets – 3 years after ticket closure",
    "Connection logs – 12 months (legal obligation — LCEN)",
    "Data after termination – Permanently deleted 30 days after",
)
LETTERHEADS = {
    "rcarre": "Rcarré S.A., For the attention of the GDPR Manager, 38-40, Parc d'Activités, L-8308 Capellen",
    "rcube": "Rcube Professional Services S.A., For the attention of the GDPR Manager, 38-40, Parc d'Activités",
}
