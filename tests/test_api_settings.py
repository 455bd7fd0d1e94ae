"""[api]: hosts of webhooks are names, and a port that needs no naming is left out."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dsarbot.settings.api import ApiSettings


def test_hosts_are_written_as_addresses_have_them() -> None:
    api = ApiSettings.model_validate({"webhook_hosts": ["Hooks.Example.org", "a.example:443", "b.example:8443"]})
    assert api.webhook_hosts == ("hooks.example.org", "a.example", "b.example:8443")


@pytest.mark.parametrize("host", ["", "https://a.example", "a.example/x", "a.example:port", "*.example", "a b"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValidationError, match="is no host"):
        ApiSettings.model_validate({"webhook_hosts": [host]})
