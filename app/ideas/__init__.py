"""The marketplace's pages as the server sends them: drawn before their scripts, and whole without any."""
