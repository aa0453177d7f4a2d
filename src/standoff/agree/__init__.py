"""Agreement of annotators: matched spans, intervals by bootstrap, kappa and alpha, disagreements by name."""
