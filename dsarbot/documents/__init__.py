"""Texts of attached documents, read in a process of their own that holds no key and reaches no network."""
