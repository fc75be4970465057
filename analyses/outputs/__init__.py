"""Writers of the run folder: one module per kind of file."""
