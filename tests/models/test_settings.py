"""Settings: what cannot work together is refused at the start, in a sentence."""

import pytest
from pydantic import ValidationError

from models.settings import Settings


@pytest.mark.parametrize("sender", ["", "nobody", "Ideasmith <ideasmith@localhost>", "ideasmith@localhost"])
def test_a_mail_server_needs_a_sender_that_it_could_take(sender: str) -> None:
    with pytest.raises(ValidationError, match="IDEASMITH_MAIL_FROM"):
        Settings(smtp_host="mail.example.com", mail_from=sender)


@pytest.mark.parametrize("sender", ["mail@example.com", "Ideasmith <mail@example.com>"])
def test_a_mail_server_with_a_sender_is_fine(sender: str) -> None:
    assert Settings(smtp_host="mail.example.com", mail_from=sender).smtp_port == 587


def test_everything_works_without_a_mail_server() -> None:
    assert Settings().smtp_host == ""
