"""From configuration and profiles to what the desk works with."""
