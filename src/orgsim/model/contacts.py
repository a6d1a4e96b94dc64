"""Step 2: the chiefs open or shut the doors between their departments.

The article makes the CMO the moderator between marketing and technology and
names the chiefs' unwillingness to talk as the way to the worst case.
"""

from __future__ import annotations

from orgsim.model.state import CIO, CMO, CMTO, CMTO_STRUCTURE, SEPARATE
from orgsim.numerics.jit import rule


@rule
def open_doors(firms, p):
    """Set the contact that chiefs add to every encounter of the quarter.

    Two chiefs must both want to talk; a common chief needs to ask only himself.
    """
    cooperation = firms.chief_cooperation
    for lane in range(firms.number.size):
        merged = firms.structure[lane] == CMTO_STRUCTURE
        separate = firms.structure[lane] == SEPARATE
        chief = cooperation[CMTO, lane] if merged else cooperation[CMO, lane]
        other = cooperation[CIO, lane] if separate else 1.0
        firms.opening[lane] = p.cooperation_moderation * chief * other
