"""Which values are nobody's business: told by the name they have, or by how they look."""

from __future__ import annotations

import math
import re
from collections import Counter

from connexion_doctor.foundation import late

HIDDEN = "***"
CALLED = frozenset(
    "key keys apikey secretkey token tokens secret secrets pass password passwords passwd passphrase pwd pw "
    "credential credentials cred creds dsn auth bearer".split()
)
ENDS = ("password", "passwd", "passphrase", "secret", "token", "apikey", "credentials")
# What follows such a word, and says that the value is not the secret, but something about it.
ABOUT = frozenset(
    "file path dir folder sock socket name header type alg algorithm ttl age expires expiry expiration "
    "timeout seconds minutes length size count limit url uri endpoint host port issuer audience scheme "
    "prefix field class backend method mode enabled required stdin".split()
)
HARMLESS = frozenset(("PWD", "OLDPWD"))
PARTS = late.pattern(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
REFERENCE = late.pattern(r"^\$(\w+|\{.*\}|\(.*\))$|^\{\{.*\}\}$|^<.*>$|^\*+$|^%\(\w+\)s$")
# Credentials in an address; what providers of keys put in front of them; a private key; a JSON web token.
SHAPES = late.pattern(
    r"://[^/\s:@\"']*:[^@\s/\"']+@|://[\w-]{16,}@"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|sk-|[sr]k_(?:live|test)_|xox[abeprs]-|hf_|npm_|pypi-|dop_v1_)\w{8}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30}|\bSG\.[\w-]{16}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."
)
# `key: DATABASE_URL` in the files of platforms names a variable; its value stands beside it.
SAYS_A_NAME, VARIABLE = ("key", "Key"), late.pattern(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")
LOGIN = late.pattern(r"(?<=://)(?:[^/\s:@\"']*:[^@\s/\"']+|[\w-]{16,})(?=@)")
RANDOM = late.pattern(r"^[A-Za-z0-9+/=_-]{20,}$")
MOST_ORDERED = 3.6  # bits a character; text in words has less, keys have more


def looks_secret(name: str, value: str) -> bool:
    """Whether a variable's value must not be shown.

    :param name: of a variable, an option, a setting; empty where there is none
    :param value: as it stands; a reference to another variable is no secret
    """
    if not value or REFERENCE.match(value) or (name in SAYS_A_NAME and VARIABLE.match(value)):
        return False
    return called_secret(name) or SHAPES.search(value) is not None or _random(value)


def called_secret(name: str) -> bool:
    """Whether a name says that what it holds is a secret."""
    if name in HARMLESS:
        return False
    parts = [part.lower() for part in PARTS.findall(name) if not part.isdigit()]
    if not parts or parts[-1] in ABOUT:
        return False
    return any(part in CALLED or part.endswith(ENDS) for part in parts)


def without_logins(text: str) -> str:
    """A text with the credentials of addresses taken out."""
    return LOGIN.sub(HIDDEN, text) if "@" in text else text


def _random(value: str) -> bool:
    """Letters of both cases and digits, in no order: a key, not a name."""
    if not RANDOM.match(value) or not re.search(r"\d", value) or "/" in value:
        return False
    if not (re.search("[a-z]", value) and re.search("[A-Z]", value)):
        return re.fullmatch(r"[0-9a-f]{32,}", value) is not None
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values()) > MOST_ORDERED
