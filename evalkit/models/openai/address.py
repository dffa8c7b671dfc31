"""Where a server is and with which key; both are checked before anything is sent."""

import ipaddress
import os
from urllib.parse import urlsplit

from evalkit.errors import ConfigError

BASE_URL, API_KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"  # the names that other clients of the protocol read, too


def checked_base_url(given: str | None) -> str:
    """The address without a final slash: the one given, else that of OPENAI_BASE_URL. Raises ConfigError.

    Nothing secret may be in it, for it is kept in the manifest.
    """
    url = given or os.environ.get(BASE_URL, "")
    if not url:
        raise ConfigError(f"Which server? Give --base-url, such as http://localhost:8000/v1, or set {BASE_URL}.")
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or not url.isprintable() or " " in url:
        raise ConfigError("The base URL must be like http://localhost:8000/v1: http or https, a host, a path.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(
            "The base URL must have no user, password, query or fragment, for it is kept in the manifest; "
            f"put the key into the environment variable {API_KEY} (or the one that --api-key-env names)."
        )
    return url.rstrip("/")


def key_from(variable: str) -> str | None:
    """The key in an environment variable, None when it is empty or not set. Raises ConfigError, without the key."""
    key = os.environ.get(variable, "").strip()
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(f"The key in {variable} has characters that no HTTP header can carry; set it again.")
    return key


def is_loopback(url: str) -> bool:
    """Whether the server is on this machine: then no proxy is asked."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
