"""Pages for the other parties of a chain: one link per question, a code, and an answer."""
