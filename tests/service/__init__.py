"""The running service: what needs no server to be tested."""
