"""The running service: watchers, loops and relays around an opened application."""

from dsarbot.service.run import ALL, Service, serve

__all__ = ["ALL", "Service", "serve"]
