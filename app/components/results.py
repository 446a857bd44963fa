"""What an execution has made, read in the browser from the API: files, differences, the application's own state."""

import reflex as rx

# What the parts import from beside them.
for name in ("diff_model.js", "diff_tree.jsx", "diff_lines.jsx"):
    rx.asset(name, shared=True)


class RunFiles(rx.Component):
    """The files of the execution at `url` and what was made of them; read again when `version` changes."""

    library = rx.asset("run_files.jsx", shared=True).importable_path
    tag = "RunFiles"
    url: rx.Var[str]
    version: rx.Var[str]
    archive: rx.Var[str]


class RunDiff(rx.Component):
    """What the execution at `url` has written differently from another one; `again` leads to launching another."""

    library = rx.asset("run_diff.jsx", shared=True).importable_path
    tag = "RunDiff"
    url: rx.Var[str]
    version: rx.Var[str]
    again: rx.Var[str]


class RunTests(rx.Component):
    """The single tests of the execution at `url` with their times; read again when `version` changes."""

    library = rx.asset("run_tests.jsx", shared=True).importable_path
    tag = "RunTests"
    url: rx.Var[str]
    version: rx.Var[str]


class RunApp(rx.Component):
    """What the last probe of a deployment saw, and how old that is."""

    library = rx.asset("run_app.jsx", shared=True).importable_path
    tag = "RunApp"
    deployment: rx.Var[str]


class Share(rx.Component):
    """The dialog that makes and withdraws links to an execution."""

    library = rx.asset("share.jsx", shared=True).importable_path
    tag = "Share"
    execution: rx.Var[str]


run_files = RunFiles.create
run_diff = RunDiff.create
run_tests = RunTests.create
run_app = RunApp.create


def share_dialog(dialog: str, execution_id: rx.Var[str]) -> rx.Component:
    """Return the dialog with the id `dialog`; open it with `opener`."""
    return Share.create(id=dialog, execution=execution_id)
