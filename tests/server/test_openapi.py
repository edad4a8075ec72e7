"""The API's description names every route, and every reference in it leads somewhere."""

from __future__ import annotations

import json
import re

import httpx

from server.app import API, HEALTH
from server.routes.openapi import document
from tests.server.real_server import Running


def test_every_route_is_described_and_nothing_else():
    routes = {
        ("/v1" if route in API else "/health") + route.path.replace(":path", "")
        for route in [*API, *HEALTH]
    }
    assert set(document()["paths"]) == routes
    for route in [*API, *HEALTH]:
        path = ("/v1" if route in API else "/health") + route.path.replace(":path", "")
        methods = {method.lower() for method in (route.methods or set()) - {"HEAD"}}
        assert set(document()["paths"][path]) == methods


def test_every_reference_resolves():
    text = json.dumps(document())
    names = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert names
    assert names <= set(document()["components"]["schemas"])


def test_the_server_serves_it(served: Running):
    answer: httpx.Response = served.client.get("/v1/openapi.json")
    assert answer.json() == json.loads(json.dumps(document()))
    assert answer.json()["openapi"] == "3.1.0"


def test_a_true_answer_has_the_fields_of_its_schema(served: Running):
    schemas = document()["components"]["schemas"]
    answer = served.ask(products=["demo:1"], limit=2).json()
    assert set(answer) == set(schemas["SearchAnswer"]["required"])
    product = next(iter(answer["products"].values()))
    assert set(product) == set(schemas["ProductAnswer"]["required"])
