"""Which names and values a variable may have. Every refusal says why."""

import re
from collections.abc import Mapping

from models.deployment_variables import LONGEST_NAME, Kind
from models.errors import FieldError, InvalidInput
from services.redaction import SECRET_NAME, SHORTEST_SECRET, URL_PASSWORD

MOST_BYTES = 32_768
MOST_VARIABLES = 100
MOST_BYTES_TOGETHER = 262_144

NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
# What the box or the launcher of an application sets, and what would change how programs start in it.
RESERVED = {
    "APP_SOCKET": "Ideasmith sets it: where the application listens.",
    "APP_DATA": "Ideasmith sets it: where the application keeps its data.",
    "APP_URL": "Ideasmith sets it: the application's own address.",
    "PATH": "The sandbox sets it: where programs are found.",
    "HOME": "The sandbox sets it.",
    "USER": "The sandbox sets it.",
    "LANG": "The sandbox sets it.",
    "PWD": "The sandbox sets it.",
    "TMPDIR": "The sandbox sets it.",
    "PORT": "An application here listens on APP_SOCKET and on no port.",
    "HOST": "An application here listens on APP_SOCKET and on no port.",
    "GLIBC_TUNABLES": "It would change how every program in the sandbox starts.",
    "GCONV_PATH": "It would change how every program in the sandbox starts.",
    "BASH_ENV": "It would change how every program in the sandbox starts.",
    "ENV": "It would change how every program in the sandbox starts.",
    "IFS": "It would change how every program in the sandbox starts.",
}
RESERVED_FAMILIES = {
    "LD_": "Names that begin with LD_ would change how every program in the sandbox starts.",
    "PYTHON": "Names that begin with PYTHON would change the Python that runs the application.",
    "MALLOC_": "Names that begin with MALLOC_ would change how every program in the sandbox starts.",
    "IDEASMITH_": "Names that begin with IDEASMITH_ are the settings of this installation.",
}


def name_problem(name: str) -> str:
    """Return why a variable cannot be called that, "" when it can."""
    if len(name) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters."
    if NAME.fullmatch(name) is None:
        return (
            "A name has capital letters, digits and underscores and begins with no digit, such as API_BASE."
        )
    if reason := RESERVED.get(name):
        return f"{name} is reserved. {reason}"
    families = (words for family, words in RESERVED_FAMILIES.items() if name.startswith(family))
    return next(families, "")


def value_problem(kind: Kind, value: str) -> str:
    """Return why a value cannot be stored, "" when it can. Never repeats any of it."""
    if "\x00" in value:
        return "A value cannot hold the character NUL."
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return "A value has to be text in UTF-8."
    if size > MOST_BYTES:
        return f"A value has at most {MOST_BYTES:,} bytes; this has {size:,}."
    if kind is Kind.SECRET and len(value.strip()) < SHORTEST_SECRET:
        return (
            f"A secret has at least {SHORTEST_SECRET} characters: a shorter one could not be kept out of the log. "
            "Take a longer one, or make it a plain variable."
        )
    return ""


def check_variable(name: str, kind: Kind, value: str) -> None:
    """Refuse a name or value that cannot be stored.

    Raises:
        InvalidInput: with the field and the reason.
    """
    if problem := name_problem(name):
        raise InvalidInput(problem, "invalid_variable", fields=[FieldError("/name", problem)])
    if problem := value_problem(kind, value):
        raise InvalidInput(problem, "invalid_variable", fields=[FieldError("/value", problem)])


def check_together(sizes: Mapping[str, int]) -> None:
    """Refuse more than one deployment may have, given the bytes of each value by its name.

    Raises:
        InvalidInput: too many variables, or too much text in them.
    """
    if len(sizes) > MOST_VARIABLES:
        raise InvalidInput(
            f"A deployment has at most {MOST_VARIABLES} variables; this would make {len(sizes)}. Remove some first.",
            "too_many_variables",
        )
    size = sum(len(name) + size for name, size in sizes.items())
    if size > MOST_BYTES_TOGETHER:
        raise InvalidInput(
            f"The variables of a deployment have at most {MOST_BYTES_TOGETHER:,} bytes together; "
            f"this would make {size:,}. Put large texts into files of the application.",
            "too_many_variables",
        )


def kind_of(name: str, value: str) -> Kind:
    """Return what a pasted variable most likely is. What is too short to be hidden is plain."""
    looks_secret = SECRET_NAME.search(name) or URL_PASSWORD.search(value) or "PRIVATE KEY-----" in value
    return Kind.SECRET if looks_secret and not value_problem(Kind.SECRET, value) else Kind.PLAIN
