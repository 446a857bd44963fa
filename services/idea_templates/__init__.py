"""Templates made of ideas: published by the idea's author, launched by anybody, each build with its author's share."""

from services.idea_templates.builds import Earned, earned, record_build, share_of
from services.idea_templates.publishing import beginning, turn_into_template, withdraw_template
from services.idea_templates.reading import (
    IdeaTemplateView,
    find_idea_template,
    idea_template_of,
    list_idea_templates,
)

__all__ = [
    "Earned",
    "IdeaTemplateView",
    "beginning",
    "earned",
    "find_idea_template",
    "idea_template_of",
    "list_idea_templates",
    "record_build",
    "share_of",
    "turn_into_template",
    "withdraw_template",
]
