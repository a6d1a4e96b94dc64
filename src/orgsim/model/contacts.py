"""Step 2: the chiefs open or shut the doors between their departments.

The article makes the CMO the moderator between marketing and technology and
names the chiefs' unwillingness to talk as the way to the worst case. Under a
CEMO two technicians share the other end: the CMO finds a door open if the
infrastructure chief or the CIO opens it.
"""

from __future__ import annotations

from orgsim.model.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    INFRASTRUCTURE,
    SEPARATE,
)
from orgsim.numerics.jit import rule


@rule
def open_doors(firms, p):
    """Set the contact that chiefs add to every encounter of the quarter.

    Two chiefs must both want to talk; a common chief needs to ask only himself. The CMO of a CEMO
    needs one of the technicians below him.
    """
    cooperation = firms.chief_cooperation
    for lane in range(firms.number.size):
        merged = firms.structure[lane] == CMTO_STRUCTURE
        separate = firms.structure[lane] == SEPARATE
        chief = cooperation[CMTO, lane] if merged else cooperation[CMO, lane]
        other = cooperation[CIO, lane] if separate else 1.0
        if p.mechanisms_working_infrastructure_chief:
            other = 1.0 if merged else cooperation[CIO, lane]
            if firms.structure[lane] == CEMO_STRUCTURE and p.reorganisation_infrastructure_chief:
                infrastructure = cooperation[INFRASTRUCTURE, lane]
                other = 1.0 - (1.0 - infrastructure) * (1.0 - cooperation[CIO, lane])
        firms.opening[lane] = p.cooperation_moderation * chief * other
