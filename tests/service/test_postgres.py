"""The service on a PostgreSQL store, on which two of them work at once."""

import pytest
from starlette.testclient import TestClient

from gkllm.service.app import create_app
from gkllm.service.configuration import Configuration
from gkllm.settings import Settings
from tests.service.asking import HERE, PATIENT, YINZHOU, hand_over, told
from tests.store.postgres import INSTALLED, running_server

pytestmark = pytest.mark.skipif(not INSTALLED, reason="needs a PostgreSQL server's programs")


def test_two_services_on_one_store_read_once_and_see_each_other() -> None:
    with running_server() as url:

        def serving(jobs: int) -> TestClient:
            configuration = Configuration(url, Settings(reader="rules"), jobs=jobs, bounds=PATIENT)
            return TestClient(create_app(configuration), base_url=HERE)

        with serving(1) as one, serving(0) as other:
            job = hand_over(one, ("鄞州.txt", YINZHOU.read_bytes())).json()
            assert job["state"] == "done", job
            again = hand_over(other, ("鄞州.txt", YINZHOU.read_bytes())).json()
            assert again["id"] == job["id"] and again["state"] == "done"
            (ref,) = job["files"][0]["reports"]
            assert one.get("/v1/reports").json()["total"] == other.get("/v1/reports").json()["total"] == 1
            cells = one.get(f"/v1/reports/{ref}/review").json()["cells"]
            cell = next(name for name, found in cells.items() if found["open"])
            body = {"cell": cell, "value": 1, "expected": None}
            made = one.post(f"/v1/reports/{ref}/decisions", json=body).json()["decisions"][0]
            seen = told(other.post(f"/v1/reports/{ref}/decisions", json=body), 409)
            assert seen["current"][0]["last"] == made["id"]
            assert other.get("/v1/stats").json()["review"]["decided"] == 1
            assert one.post("/v1/undo").json()["undone"] == {"report": ref, "cell": cell}
            first = other.get("/v1/queue", params={"limit": 2, "q": "鄞州"}).json()
            second = other.get("/v1/queue", params={"limit": 2, "after": first["next"]}).json()
            whole = one.get("/v1/queue").json()
            assert (
                first["items"] + second["items"] == whole["items"][:4] and whole["open"] == first["open"] > 2
            )
            listed = one.get("/v1/reports", params={"review": "open"}).json()["items"]
            assert [item["open"] for item in listed] == [whole["open"]]
            token = one.app.state.service.store.tokens  # type: ignore[attr-defined]
            text = token.add("甲", "read")
            assert token.find(text).access == "read" and len(token.every()) == 1
            assert other.get("/v1/reports", headers={"Authorization": f"Bearer {text}"}).status_code == 200
            token.revoke("甲")
            told(other.get("/v1/reports", headers={"Authorization": f"Bearer {text}"}), 401)
