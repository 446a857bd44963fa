"""The guide: what is written for users, and what the product writes of itself."""
