#!/usr/bin/env python3
"""Checks a webhook's message as Standard Webhooks says. Needs nothing but Python.

    WEBHOOK_SECRET=whsec_... python3 webhook.py ID TIMESTAMP SIGNATURE < body
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time

TOLERANCE = 5 * 60  # seconds; an older message may be somebody's copy


def verify(secret, headers, body):
    """The message, if it is genuine. `headers` by their names in small letters, `body` as the bytes that arrived."""
    signed_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        raise ValueError("the message is too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{signed_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    signatures = [part.partition(",")[2] for part in headers["webhook-signature"].split() if part.startswith("v1,")]
    if not any(hmac.compare_digest(expected, signature) for signature in signatures):
        raise ValueError("the signature is not ours")
    return json.loads(body)


if __name__ == "__main__":
    names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
    try:
        message = verify(os.environ["WEBHOOK_SECRET"], dict(zip(names, sys.argv[1:])), sys.stdin.buffer.read())
    except ValueError as refused:
        sys.exit(str(refused))
    print(message["type"])
