"""The secret key, and what is made of customer ids with it."""

import hmac
import os
import re

KEY_VARIABLE = "SEGMENTATION_PRIVACY_KEY"
# Of a random key in hexadecimal these are 128 bits; a shorter one could be found by trying.
SHORTEST_KEY = 32
# Each use has hashes of its own: no published pseudonym can be looked up in the list of the forgotten.
FORGOTTEN, PSEUDONYM, KEY_CHECK = "forgotten", "pseudonym", "key check"
PSEUDONYM_LENGTH = 32
# The white space that staging trims.
SPACES = " \t\n\r\xa0"


class PrivacyError(Exception):
    """Personal data cannot be handled as asked, in one sentence; nothing was changed."""


def privacy_key(needed_for: str) -> bytes:
    """The key from the environment; `needed_for` says in the message what cannot be done without it.

    Raises:
        PrivacyError: there is no key, or it is too short.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise PrivacyError(
            f"{needed_for} needs the key in {KEY_VARIABLE}, which is not set: "
            "set it to the key of the earlier builds, or to a new one from `openssl rand -hex 32`."
        )
    if len(key) < SHORTEST_KEY:
        raise PrivacyError(
            f"The key in {KEY_VARIABLE} has {len(key)} characters: "
            f"at least {SHORTEST_KEY} are needed, such as those of `openssl rand -hex 32`."
        )
    return key.encode()


def keyed_hash(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA256 of the text for one purpose, in hexadecimal."""
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256").hex()


def pseudonym(key: bytes, customer_id: str) -> str:
    """What stands for the customer id in published files: 32 hexadecimal digits."""
    return keyed_hash(key, PSEUDONYM, customer_id)[:PSEUDONYM_LENGTH]


def normalised_customer_id(text: str) -> str:
    """The id as staging types it: trimmed, a trailing .0 removed; empty where nothing is left."""
    return re.sub(r"\.0+\Z", "", text.strip(SPACES))
