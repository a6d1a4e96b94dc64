"""The same parts on other machines: Dask, and arrays of jobs in a queue."""
