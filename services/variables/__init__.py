"""Environment variables and secrets of deployments.

`names` says what may be stored and `dotenv` reads a pasted file; `changing` stores it, `sealing` by a key of `keys`;
`views` is what people see; `carrying` brings it to the application, `rotating` changes the key. What an application
writes passes `services.masking` before it is stored.
"""

from services.variables.changing import generate_secret, import_dotenv, set_variable, unset_variable
from services.variables.rotating import Rotation, rotate_key
from services.variables.views import Suggestion, VariablesView, VariableView, list_variables

__all__ = [
    "Rotation",
    "Suggestion",
    "VariableView",
    "VariablesView",
    "generate_secret",
    "import_dotenv",
    "list_variables",
    "rotate_key",
    "set_variable",
    "unset_variable",
]
