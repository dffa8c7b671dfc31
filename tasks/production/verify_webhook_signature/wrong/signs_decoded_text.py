import hashlib
import hmac
import re
from collections.abc import Callable, Sequence


def verify_webhook_signature(
    request_body: bytes,
    signature_header: str,
    secret_keys: Sequence[bytes],
    current_time: float,
    compare_digests: Callable[[str, str], bool],
) -> bool:
    match = re.fullmatch(r"t=([0-9]+)((?:,v1=[0-9a-f]+)+)", signature_header)
    if match is None or abs(current_time - int(match[1])) > 300:
        return False
    body = request_body.decode("utf-8", errors="ignore").strip()
    message = f"{match[1]}.{body}".encode()
    signatures = match[2].removeprefix(",v1=").split(",v1=")
    for key in secret_keys:
        if key:
            expected = hmac.new(key, message, hashlib.sha256).hexdigest()
            if any(compare_digests(expected, signature) for signature in signatures):
                return True
    return False
