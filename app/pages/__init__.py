"""Screens: one file each, its State and its view together. app.py imports them all."""
