"""One module per indicator; the file name is the indicator's id and there is no registry."""
