"""Tests of letters that go by post."""
