"""Letters on paper: a watched folder, what stands in a scan, and how one becomes a case."""
