"""Bytes become meaning: mail, delivery reports, replies, triage. Pure."""
