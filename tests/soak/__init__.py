"""Long campaigns over the apps that stay up: `make soak`. Short versions of them are tests of this folder."""
