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
    try:
        pairs = [item.split("=", 1) for item in signature_header.split(",")]
        timestamp = next(value for name, value in pairs if name == "t")
        age = current_time - int(timestamp)
    except (ValueError, StopIteration):
        return False
    if age > 300:
        return False
    payload = f"{timestamp}.".encode() + request_body
    for key in filter(None, secret_keys):
        expected = hmac.new(key, payload, hashlib.sha256).hexdigest()
        for name, value in pairs:
            try:
                if name == "v1" and compare_digests(expected, value):
                    return True
            except TypeError:
                continue
    return False
