"""An API for the resources that `site.json` names, its documentation, and the area of its owner."""
