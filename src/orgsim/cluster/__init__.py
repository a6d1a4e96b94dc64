"""The same parts on other machines: Dask, and arrays of Slurm jobs."""
