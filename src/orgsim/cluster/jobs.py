"""What jobs of every queue have in common."""

from __future__ import annotations

NODE_CACHE = 'export NUMBA_CACHE_DIR="${TMPDIR:-/tmp}/orgsim-cache-$UID"'
"""Shell line that keeps compiled kernels on a node's own disk: nodes may differ in processors, and
writers at the same time on a shared file system have made numba stumble."""
