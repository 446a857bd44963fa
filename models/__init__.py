"""The ground floor: what is stored, and the ground that everything stands on."""
