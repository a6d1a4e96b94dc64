"""What a researcher calls: the public functions, which hand in the model, and join two rooms.

Everything below runs without what stands above it: ``execution`` writes run directories and knows
nothing of what is held of them; ``results`` reads them and starts nothing. Nothing is imported
here: ``orgsim`` has each name from its own file, so that loading a config costs no more than that.
"""
