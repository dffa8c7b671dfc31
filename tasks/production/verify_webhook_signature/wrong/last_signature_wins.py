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
    fields = dict(part.split("=", 1) for part in signature_header.split(",") if "=" in part)
    timestamp, signature = fields.get("t", ""), fields.get("v1", "")
    if not timestamp.isdecimal() or not signature.isascii():
        return False
    if abs(current_time - int(timestamp)) > 300:
        return False
    message = timestamp.encode() + b"." + request_body
    for key in secret_keys:
        expected = hmac.new(key, message, hashlib.sha256).hexdigest()
        if compare_digests(expected, signature):
            return True
    return False
