"""What each step is called by people, and why one is not done again."""

UNCHANGED = "nothing it depends on has changed"

TITLES = {
    "validate": "Check the options",
    "render": "Write the code",
    "install": "Prepare the environment",
    "test": "Run the tests",
    "scan": "Scan for problems",
    "package": "Make the repository",
    "deploy": "Start the application",
    "verify": "Look at it as a visitor",
}
