"""Discord: the bot against a small stand-in of its interface and gateway, and the parts of it alone."""
