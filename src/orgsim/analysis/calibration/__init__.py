"""Which settings reproduce what is known: likelihood, weighted draws, and what they say."""
