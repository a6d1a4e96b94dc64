"""The one way to compile a function, so that all obey the same floating-point rules.

No ``fastmath``: with it, results differ between processors. Division by zero
follows IEEE 754 (``error_model="numpy"``), which also lets loops vectorise.
"""

from __future__ import annotations

import numba

compiled = numba.njit(nogil=True, error_model="numpy", boundscheck=False)
"""Decorator of every rule and kernel; with ``NUMBA_DISABLE_JIT=1`` they stay plain Python."""
