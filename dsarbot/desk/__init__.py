"""What is done with what arrived: intake, handling, letters, outbox, wake, digest."""
