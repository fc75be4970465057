"""The synthetic demo city: written the way official data arrives, the same for the same seed."""
