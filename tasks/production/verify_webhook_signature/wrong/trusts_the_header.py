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
    time_part, *signature_parts = signature_header.split(",")
    timestamp = time_part.split("=")[1]
    signatures = [part.split("=")[1] for part in signature_parts]
    if abs(current_time - int(timestamp)) > 300:
        return False
    signed_payload = timestamp.encode("ascii") + b"." + request_body
    for secret_key in secret_keys:
        if not secret_key:
            continue
        expected = hmac.new(secret_key, signed_payload, hashlib.sha256).hexdigest()
        for signature in signatures:
            if compare_digests(expected, signature):
                return True
    return False
