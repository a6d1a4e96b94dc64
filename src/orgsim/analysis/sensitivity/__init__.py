"""Which parameters move an output, and by how much: estimators of designs and of any points."""
