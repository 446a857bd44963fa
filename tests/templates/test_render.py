"""Making an application by hand."""

import json
from pathlib import Path

import pytest

from tests.templates.render import main


def test_options_are_written_as_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "tea"
    assert main(["landing", str(into), "app_name=Tea Corner", "sections=faq", "referral=no"]) == 0
    assert json.loads((into / "site.json").read_text())["name"] == "Tea Corner"
    assert (into / "waitlist" / "templates" / "sections" / "faq.html").is_file()
    assert not (into / "waitlist" / "referrals.py").exists()
    assert f"cd {into}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["landing"], 2, "TEMPLATE INTO"),
        (["landing", "new", "hero=round"], 1, "hero: Opening must be one of: split, center, poster, banner."),
        (["landing", "new", "hero"], 1, "name=value"),
        (["nothing", "new"], 1, "templates/nothing/template.toml: The file is missing."),
    ],
)
def test_what_cannot_be_made_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert main([word.replace("new", str(tmp_path / "new")) for word in words]) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
