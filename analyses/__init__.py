"""From a study to measures, from measures and targets to results; one file per indicator."""
