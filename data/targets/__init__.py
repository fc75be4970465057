"""One CSV per plan document; a row is one quantified target with its clause."""
