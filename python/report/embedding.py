"""What is put into the page so that nothing in it can be taken for markup or code."""

import base64
import hashlib
import json
from typing import Any

# Inside a script element these could end it or open a comment; U+2028 and U+2029 end a line in old scripts.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def json_for_script(value: Any) -> str:
    """JSON that a script element can hold, whatever texts are in it; equal values give equal text."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(ESCAPES)


def script_text(code: str) -> str:
    """JavaScript that a script element can hold; in code the sequence occurs in texts only."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def content_hash(text: str) -> str:
    """The source of a content security policy that allows exactly this script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
