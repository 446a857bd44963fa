"""What each step depends on, as a hash: the same inputs give the same result, so it need not be made again.

    validate   template, options
    merge      the head of the repository, both versions: looked at anew, since the owner may go on meanwhile
    before     likewise
    migrate    likewise, since the data do
    render     template, options
    install    lock, interpreter, processor
    test       the tree that `render` has written, the environment of `install`, the test command
    scan       the same tree and environment
    package    the tree, what test and scan have found, and the execution that it is made for

Starting an application and looking at it are about the world outside, so `deploy` and `verify` have none.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

Results = Mapping[str, Mapping[str, Any]]

# What is looked up in other executions, and copied. The others are quick, or belong to their execution.
SHARED = ("render", "install", "test", "scan")
NEVER = ("merge", "before", "migrate", "deploy", "verify")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an execution starts from."""

    execution_id: str
    template_hash: str
    environment_key: str
    test_command: tuple[str, ...]
    config: Mapping[str, Any]


def input_hash(name: str, inputs: Inputs, results: Results) -> str:
    """Return the hash of what the step `name` depends on, "" where it cannot be said.

    `results` are what earlier steps have given back, by name.
    """
    given = depends_on(name, inputs, results)
    if given is None:
        return ""
    text = json.dumps([name, product_version(), *given], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def depends_on(name: str, inputs: Inputs, results: Results) -> list[Any] | None:
    """Return what a step depends on, None where it is not known or lies outside."""
    tree = (results.get("merge") or results.get("render", {})).get("tree_hash")
    key = results.get("install", {}).get("key")
    match name:
        case "validate" | "render":
            return [inputs.template_hash, dict(inputs.config)]
        case "install":
            return [inputs.environment_key]
        case "test" if tree and key:
            return [tree, key, list(inputs.test_command)]
        case "scan" if tree and key:
            return [tree, key]
        case "package" if tree:
            return [inputs.execution_id, tree, results.get("test"), results.get("scan")]
    return None


def product_version() -> str:
    """Return the version of this product: another one may render and scan differently."""
    try:
        return version("ideasmith")
    except PackageNotFoundError:
        return ""
