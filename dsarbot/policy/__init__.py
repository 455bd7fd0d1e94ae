"""The policy check: a published privacy policy, as its profile tells it, compared with the law. Pure functions."""
