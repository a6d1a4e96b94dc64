"""A run's life: begun, shared out, computed, finished, stopped and taken up again, looked at.

Read in the order of a run: ``run`` (``shards``, ``resume``) begins, by what ``experiment`` says of
a config; ``stages`` does what is missing; an executor, in ``executors``, does the parts, each by
``parts`` and ``point``; ``finalize`` makes what needs all of them. ``recovery`` puts a damaged
manifest right, ``status`` and ``verify`` look, ``forecast`` looks ahead, and ``jobs`` writes
scripts for queues.
"""
