"""Scripts for queues: an array of jobs, a shard each."""
