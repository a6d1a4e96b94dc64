"""A second implementation of the model, written from docs/model.md section 7 alone.

Slow and plain on purpose: people are objects, rules are loops over them, and no rule is shared with
``orgsim.model`` or ``orgsim.engine``, which it judges. Random words, distributions and the like
come from ``primitives.py``; in ``test_text.py`` from the text, too.
"""
