"""The resources that `site.json` names, one after the other: made, read, changed, listed, deleted."""

import pytest

from api import samples
from api.schema import read_schema
from api.site import load_site

SCHEMA = read_schema(load_site().resources)


def body(own, resource, number):
    """Return a good row, with the rows that it needs."""
    values = samples.row(resource, number)
    for field in resource.fields:
        if field.target:
            values[field.name] = make(own, field.target, number) if field.required else None
    return values


def make(own, name, number):
    answer = own.post(f"/v1/{name}", body(own, SCHEMA.resources[name], number))
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


@pytest.mark.parametrize("name", list(SCHEMA.resources))
def test_a_row_goes_all_the_way(own, name):
    place = list(SCHEMA.resources).index(name)
    resource = SCHEMA.resources[name]
    sent = body(own, resource, 100 + place * 20)
    made = own.post(f"/v1/{name}", sent)
    assert made.status_code == 201, made.text
    assert {field: made.json[field] for field in sent} == sent
    path = f"/v1/{name}/{made.json['id']}"
    assert own.get(path).json == made.json
    assert own.put(path, sent, If_Match=made.headers["ETag"]).json["version"] == 2
    assert made.json["id"] in [row["id"] for row in own.walk(f"/v1/{name}?limit=3")]
    for field in resource.fields:
        if field.required:
            assert own.put(path, {**sent, field.name: None}).json["errors"][0]["pointer"] == f"/{field.name}"
    assert own.delete(path).status_code == 204
    assert own.get(path).status_code == 404


@pytest.mark.parametrize("name", list(SCHEMA.resources))
def test_each_has_its_page(own, name):
    assert own.client.get(f"/docs/{name}").status_code == 200
