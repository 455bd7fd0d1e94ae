"""dsarbot: data-subject rights requests, from the privacy mailbox to the answered case."""

__version__ = "0.1.0"
