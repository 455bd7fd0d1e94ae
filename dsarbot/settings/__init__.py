"""The tables of config.toml as frozen values, one module per subject. The entry is ``dsarbot.config``."""
