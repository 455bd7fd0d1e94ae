"""Letters that go by post: their pages as values, the PDF, and the folder in which it waits to be printed."""
