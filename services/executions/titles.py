"""What each step is called by people, and why one is not done again."""

UNCHANGED = "nothing it depends on has changed"

TITLES = {
    "validate": "Check the options",
    "render": "Write the code",
    "merge": "Merge with your edits",
    "install": "Prepare the environment",
    "before": "Test it as it was",
    "test": "Run the tests",
    "scan": "Scan for problems",
    "migrate": "Try it on a copy of the data",
    "package": "Make the repository",
    "deploy": "Start the application",
    "verify": "Look at it as a visitor",
}
