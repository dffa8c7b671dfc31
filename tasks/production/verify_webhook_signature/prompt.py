from collections.abc import Callable, Sequence


def verify_webhook_signature(
    request_body: bytes,
    signature_header: str,
    secret_keys: Sequence[bytes],
    current_time: float,
    compare_digests: Callable[[str, str], bool],
) -> bool:
    """Return whether a webhook request comes from someone who has one of the `secret_keys`.

    `signature_header` is `t=TIME,v1=SIGNATURE`, and more `,v1=SIGNATURE` may follow while keys are changed. TIME is in
    whole seconds. A SIGNATURE is the HMAC-SHA256, in lowercase hexadecimal, of TIME, a full stop and the body. One
    that matches one key is enough. Requests more than 300 seconds away from `current_time` are refused.

    `compare_digests(first, second)` is hmac.compare_digest, which compares in constant time; it must be what decides.

    >>> import hmac
    >>> signed = "t=1700000000,v1=" + hmac.new(b"key", b"1700000000.paid", "sha256").hexdigest()
    >>> verify_webhook_signature(b"paid", signed, [b"key"], 1700000060.0, hmac.compare_digest)
    True
    >>> verify_webhook_signature(b"unpaid", signed, [b"key"], 1700000060.0, hmac.compare_digest)
    False
    """
