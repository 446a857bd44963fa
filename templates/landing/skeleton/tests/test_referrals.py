"""Friends move people up."""

import re

import pytest

from waitlist import entries, referrals


@pytest.fixture(autouse=True)
def _five_places(app, monkeypatch):
    """The arithmetic below is for five places a friend, whatever the site says."""
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "site", replace(app.extensions["site"], places_per_friend=5))


def code(visitor, page):
    return re.findall(r"\?ref=(\w+)", visitor.get(page).text)[0]


def place(visitor, page):
    return int(re.findall(r"№ (\d+)", visitor.get(page).text)[0])


def test_a_friend_who_confirms_moves_the_inviter_up(visitor, member):
    pages = [member(f"{number}@example.org") for number in range(8)]
    assert place(visitor, pages[7]) == 8
    member("friend@example.org", ref=code(visitor, pages[7]))
    assert place(visitor, pages[7]) == 3
    assert place(visitor, pages[6]) == 8
    assert place(visitor, pages[0]) == 1


def test_two_friends_reach_the_front_and_nobody_goes_further(visitor, member):
    pages = [member(f"{number}@example.org") for number in range(4)]
    for number in range(2):
        member(f"friend{number}@example.org", ref=code(visitor, pages[3]))
    assert [place(visitor, page) for page in pages] == [2, 3, 4, 1]


def test_a_friend_who_does_not_confirm_moves_nobody(visitor, member, database):
    pages = [member(f"{number}@example.org") for number in range(3)]
    visitor.join("friend@example.org", ref=code(visitor, pages[2]))
    assert place(visitor, pages[2]) == 3


def test_nobody_invites_themselves_or_somebody_who_is_there(visitor, member, database):
    first, second = member("first@example.org"), member("second@example.org")
    visitor.join("second@example.org", ref=code(visitor, second))
    visitor.join("first@example.org", ref=code(visitor, second))
    assert place(visitor, first) == 1 and place(visitor, second) == 2
    assert database.execute("SELECT COUNT(*) FROM referrals WHERE invited_by IS NOT NULL").fetchone()[0] == 0


def test_when_a_friend_leaves_the_place_is_lost_again(visitor, member, database):
    pages = [member(f"{number}@example.org") for number in range(3)]
    member("friend@example.org", ref=code(visitor, pages[2]))
    assert place(visitor, pages[2]) == 1
    friend = database.execute("SELECT * FROM entries WHERE email = 'friend@example.org'").fetchone()
    entries.leave(database, friend)
    assert place(visitor, pages[2]) == 3


def test_when_the_inviter_leaves_the_friend_stays(visitor, member, database):
    page = member("first@example.org")
    friend = member("friend@example.org", ref=code(visitor, page))
    entries.leave(database, entries.find(database, page.rsplit("/", 1)[1]))
    assert place(visitor, friend) == 1


def test_an_invitation_is_welcomed_and_an_invented_one_ignored(visitor, member):
    known = code(visitor, member("first@example.org"))
    assert f'value="{known}"' in visitor.get(f"/?ref={known}").text
    assert 'name="ref"' not in visitor.get("/?ref=%22%3E%3Cscript%3E").text
    assert visitor.join("new@example.org", ref="' OR 1=1 --").status_code == 303


def test_codes_stay_the_same(database, member):
    page = member("first@example.org")
    entry = entries.find(database, page.rsplit("/", 1)[1])
    assert referrals.code_of(database, entry) == referrals.code_of(database, entry)
