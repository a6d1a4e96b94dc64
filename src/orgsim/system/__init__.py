"""What is asked of the machine: files, signals, a cache of kernels, cores and versions."""
