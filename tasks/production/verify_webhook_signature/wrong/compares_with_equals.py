import hashlib
import hmac
from collections.abc import Callable, Sequence


def verify_webhook_signature(
    request_body: bytes,
    signature_header: str,
    secret_keys: Sequence[bytes],
    current_time: float,
    compare_digests: Callable[[str, str], bool],
) -> bool:
    timestamp = None
    signatures = []
    for part in signature_header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            timestamp = value
        elif name == "v1":
            signatures.append(value)
    if timestamp is None or not timestamp.isdigit() or not signatures:
        return False
    if abs(current_time - int(timestamp)) > 300:
        return False
    for key in secret_keys:
        if not key:
            continue
        expected = hmac.new(key, timestamp.encode() + b"." + request_body, hashlib.sha256).hexdigest()
        if expected in signatures:
            return True
    return False
