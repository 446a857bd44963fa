"""The chaos campaign: the whole product, killed part by part while it works, and a checker that trusts nobody."""
