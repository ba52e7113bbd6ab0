import pytest

import shop


@pytest.fixture
def client():
    with shop.app.app.test_client() as client:
        yield client


def test_items(client):
    response = client.get("/api/items", query_string={"limit": 1})
    assert response.status_code == 200
    assert response.json[0]["price"] == 1.5


def test_a_bad_limit(client):
    assert client.get("/api/items?limit=99").status_code == 400


def test_out_of_stock(client):
    response = client.get("/api/items/101")
    assert response.status_code == 410
    assert response.get_json()["title"] == "Gone"


def test_add(client):
    response = client.post("/api/items", json={"name": "ink"})
    assert response.status_code == 201


def test_helpers():
    assert shop.list_items(0) == []
