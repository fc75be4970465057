"""What the ecological layers are, how they are read, whether they are fit to use; the study of one city."""
