"""Pictures of templates as the server sends them."""

from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.edge.bundle import Bundle
from app.edge.layers import layers
from app.routes import create_routes
from models.db import transaction
from models.settings import Settings
from models.templates import TemplateVersion
from services import storage
from services.catalog import sync
from services.catalog.pictures import keep_pictures, pictures_of
from services.catalog.shipped_pictures import Drawing
from tests.services.catalog.folders import write_template


@pytest.fixture
def client(clean: Settings, small_bundle: Bundle) -> TestClient:
    return TestClient(layers(create_routes(), small_bundle, clean), base_url=clean.public_url)


def test_a_picture_is_sent_for_ever_as_a_picture_and_nothing_else(client: TestClient, tmp_path: Path) -> None:
    write_template(tmp_path)
    # Whatever lies there, a browser never takes it for a page.
    page = Drawing("desktop", "light", 640, 400, b"<script>alert(1)</script>")
    with transaction() as session:
        sync(session, tmp_path)
        keep_pictures(session, session.scalars(select(TemplateVersion)).one(), "", [page])
        address = pictures_of(session, ["tiny"])["tiny"].files[0].address
    shown = client.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "immutable" in shown.headers["cache-control"]


def test_what_else_is_stored_is_not_sent_as_a_picture_of_a_template(client: TestClient) -> None:
    digest = storage.store(b"somebody's picture")
    assert client.get(f"/pictures/{digest}.webp").status_code == 404
    assert client.get("/pictures/none.webp").status_code == 404
