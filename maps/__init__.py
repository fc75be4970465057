"""From results to one self-contained HTML file that opens without a network."""
