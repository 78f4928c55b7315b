"""Who may ask what: on the machine itself, elsewhere, from another site's page, and after a token was taken back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.errors import ConfigurationError
from gkllm.service.configuration import Configuration, require_sense
from gkllm.store import open_store
from tests.service.asking import YINZHOU, hand_over, keep, serving, told
from tests.store.documents import asked


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("askers")
    keep(found, "yinzhou-2019.txt")
    return found


@pytest.fixture(scope="module")
def tokens(folder: Path) -> dict[str, str]:
    with open_store(folder / "reports.db") as store:
        return {
            "王芳": store.tokens.add("王芳", "full"),
            "other": store.tokens.add("other", "full"),
            "reader": store.tokens.add("reader", "read"),
        }


@pytest.fixture(scope="module")
def client(folder: Path, tokens: dict[str, str]) -> Iterator[TestClient]:
    with serving(folder, jobs=0, host="0.0.0.0", hosts=("127.0.0.1",)) as found:
        yield found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_elsewhere_nobody_asks_without_a_token(client: TestClient, tokens: dict[str, str]) -> None:
    paths = {str(path) for path in client.get("/openapi.json").json()["paths"]}
    for path in paths - {"/healthz", "/v1/session"}:
        only_posted = path.endswith(("decisions", "notes", "undo"))
        address = path.format(ref="0" * 64, number=1, job_id="x")
        told(client.get(address), 405 if only_posted else 401)
    problem = told(client.get("/v1/reports"), 401)
    assert problem["needs_token"] and "Bearer" in client.get("/v1/reports").headers["www-authenticate"]
    told(client.get("/v1/reports", headers=bearer("gkllm_guess")), 401)
    told(client.get("/v1/reports", headers={"Authorization": "Basic eDp5"}), 401)
    told(client.post("/v1/session", json={"name": "王芳"}), 401)
    assert client.get("/v1/reports", headers=bearer(tokens["reader"])).status_code == 200


def test_who_may_only_read_decides_and_hands_over_nothing(client: TestClient, tokens: dict[str, str]) -> None:
    reader = bearer(tokens["reader"])
    item = client.get("/v1/queue", headers=reader).json()["items"][0]
    body = {"cell": item["cell"], "value": 1, "expected": None}
    told(client.post(f"/v1/reports/{item['report']}/decisions", json=body, headers=reader), 403)
    told(hand_over(client, ("a.txt", b"x"), **reader), 403)
    told(client.post("/v1/undo", headers=reader), 403)


def test_a_job_is_its_owners_alone(client: TestClient, tokens: dict[str, str]) -> None:
    mine, other = bearer(tokens["王芳"]), bearer(tokens["other"])
    job = hand_over(client, ("a.txt", YINZHOU.read_bytes()), prefer="respond-async", **mine).json()["id"]
    assert client.get(f"/v1/jobs/{job}", headers=mine).json()["state"] == "waiting"
    told(client.get(f"/v1/jobs/{job}", headers=other), 404)
    told(client.get(f"/v1/jobs/{job}/events", headers=other), 404)
    assert client.get("/v1/jobs", headers=other).json()["items"] == []
    assert [one["id"] for one in client.get("/v1/jobs", headers=mine).json()["items"]] == [job]
    # The same bytes from another are another's job.
    assert (
        hand_over(client, ("a.txt", YINZHOU.read_bytes()), prefer="respond-async", **other).json()["id"]
        != job
    )


def test_a_decision_is_by_the_tokens_name_and_not_twice(client: TestClient, tokens: dict[str, str]) -> None:
    mine = bearer(tokens["王芳"])
    item = client.get("/v1/queue", headers=mine).json()["items"][0]
    path, body = (
        f"/v1/reports/{item['report']}/decisions",
        {"cell": item["cell"], "value": 1, "expected": None},
    )
    made = client.post(path, json=body, headers=mine).json()["decisions"][0]
    assert made["reviewer"] == "王芳" and made["time"].endswith("+00:00")
    replayed = told(client.post(path, json=body, headers=mine), 409)
    assert [one["id"] for one in replayed["current"][0]["decisions"]] == [made["id"]]


def test_a_session_is_as_good_as_its_token_and_needs_its_page(client: TestClient, folder: Path) -> None:
    done = CliRunner().invoke(app, ["serve", "token", "add", "李雷", "--db", str(folder / "reports.db")])
    token = done.stdout.strip()
    assert done.exit_code == 0 and token.startswith("gkllm_")
    begun = client.post("/v1/session", json={"token": token})
    client.cookies.clear()
    assert begun.json() == {
        "name": "李雷",
        "access": "full",
        "csrf": begun.json()["csrf"],
        "needs_token": True,
    }
    cookie = {"Cookie": begun.headers["set-cookie"].split(";")[0]}
    csrf = {"X-CSRF-Token": begun.json()["csrf"]}
    assert client.get("/v1/session", headers=cookie).json()["name"] == "李雷"
    told(client.post("/v1/undo", headers=cookie), 403)
    told(client.post("/v1/undo", headers=cookie | {"X-CSRF-Token": "x"}), 403)
    foreign = {"Origin": "http://elsewhere.example"}
    told(client.post("/v1/undo", headers=cookie | csrf | foreign), 403)
    told(client.post("/v1/undo", headers=cookie | csrf | {"Sec-Fetch-Site": "same-site"}), 403)
    assert client.post("/v1/undo", headers=cookie | csrf).status_code == 200
    listed = CliRunner().invoke(app, ["serve", "token", "list", "--db", str(folder / "reports.db")]).stdout
    assert "李雷\tfull\t" in listed and token not in listed
    revoked = CliRunner().invoke(
        app, ["serve", "token", "revoke", "李雷", "--db", str(folder / "reports.db")]
    )
    assert revoked.exit_code == 0
    told(client.get("/v1/reports", headers=cookie), 401)
    told(client.get("/v1/reports", headers=bearer(token)), 401)
    again = CliRunner().invoke(app, ["serve", "token", "add", "李雷", "--db", str(folder / "reports.db")])
    assert again.exit_code == 0
    # The name is in force again, but the session was another token's.
    told(client.get("/v1/reports", headers=cookie), 401)
    twice = CliRunner().invoke(app, ["serve", "token", "add", "李雷", "--db", str(folder / "reports.db")])
    assert twice.exit_code == 1 and "李雷" in twice.stderr


def test_a_token_is_kept_as_its_hash_alone(folder: Path, tokens: dict[str, str]) -> None:
    found = {row[0] for row in asked(folder / "reports.db", "SELECT sha256 FROM tokens")}
    assert hashlib.sha256(tokens["王芳"].encode()).hexdigest() in found
    for file in folder.iterdir():
        assert tokens["王芳"].encode() not in file.read_bytes()


def test_on_the_machine_itself_no_token_is_needed_but_no_other_sites_page_asks(tmp_path: Path) -> None:
    with serving(tmp_path, jobs=0) as client:
        assert client.get("/v1/reports").status_code == 200
        assert client.get("/v1/session").json()["needs_token"] is False
        told(hand_over(client, ("a.txt", b"x"), origin="http://elsewhere.example"), 403)
        told(client.post("/v1/undo", headers={"Sec-Fetch-Site": "cross-site"}), 403)
        for name in ("elsewhere.example", "127.0.0.1.elsewhere.example", "localhost.elsewhere.example:8001"):
            told(client.get("/v1/reports", headers={"Host": name}), 421)
        for name in ("localhost:8001", "127.0.0.1", "[::1]:8001"):
            assert client.get("/v1/reports", headers={"Host": name}).status_code == 200
        answer = client.get("/v1/reports", headers={"Origin": "http://elsewhere.example"})
        assert "access-control-allow-origin" not in answer.headers
        for path in ("/", "/v1/reports", "/nowhere"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe-inline" not in policy
            assert headers["x-content-type-options"] == "nosniff"
    with serving(tmp_path, jobs=0, require_token=True) as client:
        told(client.get("/v1/reports"), 401)


def test_a_named_site_may_ask_with_a_token_and_no_other(tmp_path: Path) -> None:
    with serving(tmp_path, jobs=0, origins=("https://office.example",)) as client:
        named = client.get("/v1/reports", headers={"Origin": "https://office.example"})
        assert named.headers["access-control-allow-origin"] == "https://office.example"
        assert "access-control-allow-credentials" not in named.headers
        other = client.get("/v1/reports", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers


def test_nobody_listens_elsewhere_without_a_token() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "office.example"):
        with pytest.raises(ConfigurationError, match="token"):
            require_sense(Configuration("a.db", host=host), tokens=0)
        require_sense(Configuration("a.db", host=host), tokens=1)
    for host in ("127.0.0.1", "::1", "localhost"):
        require_sense(Configuration("a.db", host=host), tokens=0)


def test_the_command_refuses_it_too(tmp_path: Path) -> None:
    command = ["serve", "--db", str(tmp_path / "a.db"), "--host", "0.0.0.0", "--reader", "rules"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2 and "gkllm serve token add" in refused.stderr


def test_problems_are_told_in_the_language_that_is_asked_for(client: TestClient) -> None:
    for header, wanted in (
        ("zh-CN,en;q=0.5", "需要令牌"),
        ("en", "a token is needed"),
        ("fr", "a token is needed"),
    ):
        answer = told(client.get("/v1/reports", headers={"Accept-Language": header}), 401)
        assert answer["detail"] == wanted
    assert told(client.get("/v1/reports?lang=zh"), 401)["detail"] == "需要令牌"
