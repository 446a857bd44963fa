"""The page of an execution under a person's hands: paused by a key, resumed, and started again from a step."""

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from models.executions import STEP_NAMES, Execution, State, Step
from models.templates import TemplateVersion
from services.catalog import validate_config
from tests.app.pages.conftest import Open, Rows, stored
from tests.axe import findings


def with_steps(rows: Rows, execution_id: str, state: State) -> None:
    """Give an execution its steps."""
    with stored(rows.server) as session:
        row = session.get_one(Execution, execution_id)
        row.config = validate_config(
            session.get_one(TemplateVersion, row.template_version_id).config_schema, {}
        )
        session.add_all(
            Step(execution_id=row.id, team_id=row.team_id, position=position, name=name, state=state)
            for position, name in enumerate(STEP_NAMES)
        )


def test_a_paused_execution_says_before_which_step_and_is_cancelled(open_page: Open, rows: Rows) -> None:
    (made,) = rows.executions(1, state=State.WAITING)
    with_steps(rows, made, State.QUEUED)
    with stored(rows.server) as session:
        row = session.get_one(Execution, made)
        row.pause_requested_at = row.created_at
    page = open_page(f"/executions/{made}")
    expect(page.get_by_text("Paused before “Check the options”")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel execution").click()
    expect(page.locator(".facts .badge")).to_have_text("Cancelled")
    expect(page.get_by_text("Paused before")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_dialog_says_what_a_choice_means_before_it_is_made(
    open_page: Open, rows: Rows, width: int, scheme: str
) -> None:
    (made,) = rows.executions(1, state=State.FAILED)
    with_steps(rows, made, State.SUCCEEDED)
    page = open_page(f"/executions/{made}", width=width, color_scheme=scheme)
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog", name="Go on from a step")
    expect(dialog.get_by_text("Branch: Validate, render")).to_be_visible()
    expect(dialog.get_by_role("button", name="Retry")).to_be_disabled()
    dialog.get_by_label("Do this step anew").select_option("test")
    expect(dialog.get_by_text("Retry: Validate, render, install, test")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_role("button", name="Leave it").click()
    with stored(rows.server) as session:
        assert session.scalars(select(Execution.attempt).where(col(Execution.id) == made)).one() == 1
    assert page.complaints == []
