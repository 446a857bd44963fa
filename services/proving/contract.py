"""The contract that every template keeps, in words: what each check is called, and what it looks at.

Kept apart from the checks themselves, so that a page can explain them without loading what they are made of.
"""

CONTRACT: dict[str, tuple[str, str]] = {
    "C1": (
        "Same bytes",
        "Rendered twice, every file is the same, and nothing of the template's language is left.",
    ),
    "C2": ("Installs", "Every package is pinned by hash, and installs without any network."),
    "C3": ("Starts", "It answers within 3 seconds and says that it is alive and ready."),
    "C4": (
        "Links",
        "Every link of every page leads somewhere; no page breaks; the browser's console stays silent.",
    ),
    "C5": (
        "On its own",
        "Nothing is loaded from elsewhere, a strict policy forbids it, and pages stay light.",
    ),
    "C6": (
        "Forms",
        "Forged forms are refused, needed fields are asked for, and nothing that is typed breaks a page.",
    ),
    "C7": ("Isolation", "Private pages refuse strangers, and nobody reads what is somebody else's."),
    "C8": ("No secrets", "No secret is in the code or in what is served, and inner files cannot be fetched."),
    "C9": (
        "Accessible",
        "Labels, headings, landmarks; axe in light and dark; no overflow at 360, 768 and 1280 px.",
    ),
    "C10": ("Restart", "It stops cleanly under load, and everything is there when it starts again."),
    "C11": ("Backup", "A copy made while it runs can be restored and holds the same rows."),
    "C12": ("Load", "At 50 requests a second 95 of 100 are answered within 100 ms."),
    "C13": ("Own tests", "The application's own tests pass in random order."),
    "C15": ("Contents", "A bill of materials with licences, and no import that the lock does not bring."),
    "C16": ("Export", "Cloned, it runs by the two commands of its README, with nothing of ours in it."),
}
ORDER = tuple(CONTRACT)
