"""Turn a template's skeleton, the parts that it uses and a config into the files of an application.

Files that end in `.jinja` are rendered, all others are copied byte for byte. The engine has its own delimiters
(`<% if … %>`, `<$ name $>`, `<# note #>`), so the HTML templates of a generated application, written in Jinja
themselves, pass through untouched. Besides the options every file knows `package`, the name of the application's
package, and `parts`, the names of the parts that it is made of.

The files of the parts come first, in the order in which `template.toml` names them, then the template's own: what
comes later takes the place of what has the same path in the result. A folder called `_package_` has the name of the
application's package there. `[parts_when]` in a `template.toml` keeps a part to the applications whose options fit
(`admin = "auth != 'none'"`); nothing of it is in the others. `[[files]]` in a `template.toml` or `part.toml` says what
becomes of the files beside it:

    [[files]]
    path = "waitlist/referrals.py.jinja"   # a file of the skeleton, or a folder when it ends in "/"
    when = "referral"                      # an expression over the options; the file is left out when it is false
    to = "waitlist/friends.py"             # another name in the result; for a folder, another folder

    [[files]]
    path = "strings/"                      # a folder that holds one folder for each value of an option
    choose = "locale"                      # keeps the one of the chosen value: strings/de/a.toml becomes strings/a.toml

What a person typed never becomes code: an expression may write plain words and numbers anywhere, free text only
through the `json` filter. A template that tries otherwise fails for every config with such a text.
"""

from services.rendering.engine import RenderFailed, as_json, as_pairs
from services.rendering.layers import Folder, Layer, Part, inside
from services.rendering.rules import Rule, read_rules
from services.rendering.writing import render

__all__ = [
    "Folder",
    "Layer",
    "Part",
    "RenderFailed",
    "Rule",
    "as_json",
    "as_pairs",
    "inside",
    "read_rules",
    "render",
]
