"""What is timed, against whom: ``make bench``."""
