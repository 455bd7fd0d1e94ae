import getpass, re
import pytest
from tests.journeys.installation import Company, Installation
from tests.documents.letters import ENGLISH, drawn, placed, saved, scanned, typed

def make(tmp_path, url, dovecot, postfix, *companies):
    return Installation(tmp_path, url, dovecot, postfix, user=getpass.getuser(), companies=companies)

JCS = Company(key="jcs", profile="jcs", prefix="JCS", name="JCS")
J2S = Company(key="j2s", profile="j2s", prefix="J2S", name="J2S")
LUX = Company(key="lux", profile="luxcloud", prefix="LUX", name="LuxCloud")
JSB = Company(key="jsb", profile="jsbcloud", prefix="JSB", name="JSBCloud")
RCA = Company(key="rcarre", profile="rcarre", prefix="RCA", name="Rcarré", local="dpo-rcarre")
RCU = Company(key="rcube", profile="rcube", prefix="RCU", name="Rcube", local="dpo-rcube")

def say(i, *words, code=0):
    print(">>>", *words)
    try:
        out = i.command(*words, code=code)
    except AssertionError as e:
        out = "FAILED " + str(e)
    print(out)
    return out

def ref(i, n=0):
    return sorted(c["reference"] for c in i.cases())[n]

def text(m): return str(m["Subject"]) + "\n" + m.get_body(("plain",)).get_content()


def fill(i, r, letter, **values):
    src = i.command("cases", "show", r, "--letter", letter, "--source")
    print("SOURCE", src)
    f = i.folder / "edit.md"
    f.write_text(re.sub(r"\[([^\]\n]+)\]", "aucune", src))
    say(i, "cases", "edit", r, letter, "--file", str(f))


import json
def letters(i, r): return json.loads(i.ask("cases","show",r,"--json"))["letters"]

def test_j2s(tmp_path, empty_database_url, dovecot, postfix):
    i = make(tmp_path, empty_database_url, dovecot, postfix, J2S)
    i.start()
    i.write("Hello,\n\nI object to the use of my data for commercial prospecting (Art. 21(2) GDPR). I also record directives for my data after my death (Art. 85 of the French law of 6 January 1978).\n\nJeanne Martin", subject="My data")
    i.wait(lambda: i.cases(), "case", 30)
    r = ref(i)
    say(i, "cases", "show", r)
    say(i, "cases", "confirm", r)
    say(i, "cases", "add-right", r, "--right", "directives", "--because", "second sentence")
    say(i, "cases", "show", r)
    say(i, "cases", "refuse", r, "--claim", "c1", "--ground", "compelling-grounds", "--detail", "no", "--evidence", "x")
    say(i, "cases", "tick", r, "stop", "--claim", "c1", "--note", "newsletter")
    say(i, "cases", "answer", r, "--claim", "c1", "--outcome", "granted", "--detail", "Lettre d'information arrêtée.", "--holds", "all")
    n = letters(i, r)
    print(n)
    last = n[-1]["id"]
    fill(i, r, last)
    say(i, "cases", "show", r, "--letter", last)
    say(i, "cases", "approve", r, last, "--yes")
    say(i, "suppression", "--help")
    say(i, "cases", "directive", r, "--claim", "c2", "--text", "Effacez tout.", "--consent", "mail of today, second sentence")
    say(i, "cases", "verify", r, "--rung", "R2", "--how", "code sent to the address on file")
    say(i, "cases", "answer", r, "--claim", "c2", "--outcome", "granted", "--detail", "Recorded.", "--holds", "all")
    last = letters(i, r)[-1]["id"]
    fill(i, r, last)
    say(i, "cases", "approve", r, last, "--yes")
    say(i, "cases", "show", r)
    say(i, "cases", "revoke-directive", r, "--claim", "c2")
    say(i, "cases", "show", r)
    say(i, "cases", "show", r, "--letter", letters(i, r)[-1]["id"])
    i.end()

def test_jsb(tmp_path, empty_database_url, dovecot, postfix):
    i = make(tmp_path, empty_database_url, dovecot, postfix, JSB)
    i.start()
    i.write("Bonjour, message de l'espace client (Mes données personnelles) : je souhaite une copie de toutes mes données personnelles (article 15 du RGPD). Client 4711, Jeanne Martin", subject="Espace client : ticket 4711")
    i.wait(lambda: i.mails(i.person), "case", 30)
    print(text(i.mails(i.person)[0]))
    r = ref(i)
    say(i, "cases", "show", r)
    say(i, "cases", "answer", r, "--outcome", "granted", "--detail", "Lettre d'information arrêtée.", "--holds", "all")
    fill(i, r, letters(i,r)[-1]["id"])
    say(i, "cases", "show", r, "--letter", letters(i,r)[-1]["id"])
    say(i, "cases", "approve", r, letters(i,r)[-1]["id"], "--yes")
    parent = "parent@example.net"
    i.write("Hello, I am the mother of Paul Martin, who is 14 and opened an account with you. Please delete all his personal data (Art. 17 GDPR). Anne Martin", subject="My son", sender="Anne Martin <%s>" % i.person.replace("jeanne", "anne"))
    i.wait(lambda: len(i.cases())>1, "case", 30)
    r = ref(i,1)
    say(i, "cases", "show", r)
    say(i, "cases", "confirm", r)
    say(i, "cases", "ask-mandate", r)
    say(i, "cases", "show", r, "--letter", letters(i,r)[-1]["id"])
    say(i, "cases", "represent", r, "--role", "parent", "--name", "Anne Martin", "--address", i.person.replace("jeanne", "anne"), "--mandate", "family record book, page 3, shown blacked out", "--data-to", "representative")
    say(i, "cases", "answer", r, "--outcome", "granted", "--detail", "Account, tickets.", "--holds", "all")
    fill(i, r, letters(i,r)[-1]["id"])
    say(i, "cases", "show", r, "--letter", letters(i,r)[-1]["id"])
    say(i, "cases", "show", r)
    i.end()
