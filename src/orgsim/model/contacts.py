"""Step 2: the chiefs open or shut the doors between their departments.

The article makes the CMO the moderator between marketing and technology and
names the chiefs' unwillingness to talk as the way to the worst case.
"""

from __future__ import annotations

from orgsim.jit import compiled
from orgsim.model.state import CEMO_STRUCTURE, CIO, CMO, CMTO, SEPARATE


@compiled
def open_doors(firm, p):
    """Set the contact that chiefs add to every encounter of the quarter.

    Two chiefs must both want to talk; a common chief needs to ask only himself.
    """
    cooperation = firm.chief_cooperation
    if firm.structure == SEPARATE:
        firm.opening = p.cooperation_moderation * cooperation[CMO] * cooperation[CIO]
    elif firm.structure == CEMO_STRUCTURE:
        firm.opening = p.cooperation_moderation * cooperation[CMO]
    else:
        firm.opening = p.cooperation_moderation * cooperation[CMTO]
