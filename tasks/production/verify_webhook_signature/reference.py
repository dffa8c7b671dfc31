import hmac
from collections.abc import Callable, Sequence

TOLERANCE_SECONDS = 300


def verify_webhook_signature(
    request_body: bytes,
    signature_header: str,
    secret_keys: Sequence[bytes],
    current_time: float,
    compare_digests: Callable[[str, str], bool],
) -> bool:
    """Whether one signature of the header was made with one of the keys, not long ago."""
    fields = [field.partition("=") for field in signature_header.split(",")]
    times = [value for name, _, value in fields if name == "t"]
    signatures = [value for name, _, value in fields if name == "v1" and value.isascii()]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()):
        return False
    if abs(current_time - int(times[0])) > TOLERANCE_SECONDS:
        return False
    message = times[0].encode() + b"." + request_body
    expected = [hmac.new(key, message, "sha256").hexdigest() for key in secret_keys if key]
    return any(compare_digests(each, signature) for each in expected for signature in signatures)
