"""The optional content channel: a blog, pointless without readers.

After the second article (t3n, on a survey of 40 experts): each practice adds
reach with diminishing returns, and each needs a competence of one side or both.
"""

from __future__ import annotations

from orgsim.numerics.jit import rule


@rule
def content_reach(effort, expertise, literacy, contact, p):
    """Return the reach of a firm's content, in [0, 1).

    Parameters
    ----------
    effort : float
        What the firm puts into good practice.
    expertise, literacy : float
        Marketing's in its own field and in technology.
    contact : float
        Share of encounters across departments: fresh angles come from there.
    """
    posting = p.content_posting_intensity
    rest = 1.0
    rest = rest * (1.0 - p.content_audience_research * (effort * expertise))
    rest = rest * (1.0 - p.content_keyword_research * (effort * literacy))
    rest = rest * (1.0 - p.content_own_pictures * (effort * expertise))
    rest = rest * (1.0 - p.content_topicality * (effort * contact))
    rest = rest * (1.0 - p.content_social_media * (4.0 * posting * (1.0 - posting)))
    return 1.0 - rest


@rule
def content_yield(reach, share):
    """Return the share of completed tasks that count: content without readers is wasted."""
    return 1.0 - share * (1.0 - reach)
