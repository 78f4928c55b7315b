"""A report handed over, looked at and decided."""

from pathlib import Path

from tests.service.asking import YINZHOU, hand_over, serving


def test_a_report_is_read_and_reviewed(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        done = hand_over(client, ("鄞州.txt", YINZHOU.read_bytes()))
        assert done.status_code == 200, done.text
        (ref,) = done.json()["files"][0]["reports"]
        assert client.get(f"/v1/reports/{ref}").json()["report"]["year"] == 2019
        first = client.get("/v1/queue").json()["items"][0]
        asked = {"cell": first["cell"], "value": first["value"], "expected": first["last"]}
        assert client.post(f"/v1/reports/{ref}/decisions", json=asked).json()["open"] == 2
        assert client.post(f"/v1/reports/{ref}/decisions", json=asked).status_code == 409
