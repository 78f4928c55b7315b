"""Settings from options, the environment and gkllm.toml."""

import sys
import tomllib
from pathlib import Path

import pytest

from gkllm.cli.configuration import Keys, configure
from gkllm.cli.program import configuration_files
from gkllm.errors import ConfigurationError, ModelNotConfigured
from gkllm.settings import ModelSettings, Settings, Spending

KEY = "sk-very-secret"


def toml(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gkllm.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have other folders")
def test_with_nothing_said_the_defaults_stand_but_for_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert configure({}, {}, []) == Settings(cache_dir=Path("/cache/gkllm"))


def test_an_option_beats_the_environment_which_beats_the_files_the_near_one_first(tmp_path: Path) -> None:
    near = toml(tmp_path / "near", "concurrency = 2\nreview_risk = 0.2\nprompt = 'near'")
    far = toml(tmp_path / "far", "concurrency = 1\nreview_risk = 0.1\nprompt = 'far'\nreader = 'rules'")
    environment = {"GKLLM_CONCURRENCY": "3", "GKLLM_REVIEW_RISK": "0.3"}
    settings = configure({"concurrency": "4"}, environment, [near, far])
    assert settings.concurrency == 4
    assert settings.review_risk == 0.3
    assert settings.prompt == "near"
    assert settings.reader == "rules"


def test_every_key_of_a_file_reaches_the_settings(tmp_path: Path) -> None:
    path = toml(
        tmp_path,
        "lang='en'\nreader='both'\nmodel='m'\nbase_url='http://127.0.0.1/v1'\napi_key='k'\nprompt='p'\nconcurrency=7\n"
        "cache_dir='c'\nreview_risk=0.5\nrequest_timeout=1.5\ndeadline=9\nmax_tokens=10\nreasks=0\n"
        "transport_attempts=2\ntemperature=0.25\nrules='r.toml'\nform='f'\nthreads=3\n"
        "max_tokens_per_report=1\nmax_seconds_per_report=2\nmax_tokens_per_run=3\nmax_seconds_per_run=4\n"
        "max_cost=0.5\nprompt_price=6\ncompletion_price=7\nextra_body={enable_thinking=false}\n",
    )
    extra = {"enable_thinking": False}
    model = ModelSettings("m", "http://127.0.0.1/v1", "k", 1.5, 9.0, 2, 0, 10, 0.25, extra, 3)
    spending = Spending(1, 2.0, 3, 4.0, 0.5, 6.0, 7.0)
    expected = Settings(
        "both",
        model,
        "p",
        7,
        Path("c"),
        review_risk=0.5,
        rules=Path("r.toml"),
        form=Path("f"),
        spending=spending,
    )
    assert configure({}, {}, [path]) == expected
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))) == len(Keys.model_fields)


def test_every_key_but_the_shared_two_has_a_variable_of_its_name() -> None:
    values = {
        "GKLLM_READER": "model",
        "GKLLM_MODEL": "m",
        "OPENAI_BASE_URL": "http://127.0.0.1/v1",
        "OPENAI_API_KEY": "k",
        "GKLLM_PROMPT": "p",
        "GKLLM_CONCURRENCY": "7",
        "GKLLM_CACHE_DIR": "c",
        "GKLLM_REVIEW_RISK": "0.5",
        "GKLLM_RULES": "r.toml",
        "GKLLM_FORM": "f",
        "GKLLM_REQUEST_TIMEOUT": "1.5",
        "GKLLM_DEADLINE": "9",
        "GKLLM_MAX_TOKENS": "10",
        "GKLLM_REASKS": "0",
        "GKLLM_TRANSPORT_ATTEMPTS": "2",
        "GKLLM_TEMPERATURE": "0.25",
        "GKLLM_EXTRA_BODY": '{"thinking": {"type": "disabled"}}',
        "GKLLM_THREADS": "3",
    }
    extra = {"thinking": {"type": "disabled"}}
    model = ModelSettings("m", "http://127.0.0.1/v1", "k", 1.5, 9.0, 2, 0, 10, 0.25, extra, 3)
    assert configure({}, values, []) == Settings(
        "model", model, "p", 7, Path("c"), review_risk=0.5, rules=Path("r.toml"), form=Path("f")
    )


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert configure({}, {"GKLLM_MODEL": "", "GKLLM_CONCURRENCY": ""}, []).model is None


def test_no_cache_beats_every_cache_folder(tmp_path: Path) -> None:
    options = {"cache_dir": tmp_path}
    assert configure(options, {}, []).cache_dir == tmp_path
    assert configure(options, {}, [], use_cache=False).cache_dir is None


def test_the_users_home_may_be_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert configure({"cache_dir": Path("~/answers")}, {}, []).cache_dir == Path("/home/somebody/answers")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have other folders")
def test_the_working_directorys_file_comes_before_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/configuration")
    assert configuration_files() == (Path("gkllm.toml"), Path("/configuration/gkllm/gkllm.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("modle = 'm'", "modle: there is no such key; allowed are reader, model, base_url,"),
        ("concurrency = 0", "concurrency: '0' is not usable: input should be greater than or equal to 1"),
        ("concurrency = 1.5", "concurrency: '1.5' is not usable: input should be a valid integer"),
        (
            "concurrency = true",
            "concurrency: 'True' is not usable: input should be neither empty nor true or",
        ),
        ("concurrency = inf", "concurrency: 'inf' is not usable: input should be a finite number"),
        ("review_risk = 1.1", "review_risk: '1.1' is not usable: input should be less than or equal to 1"),
        ("review_risk = nan", "review_risk: 'nan' is not usable: input should be a finite number"),
        ("reader = 'all'", "reader: 'all' is not usable: input should be 'auto', 'rules', 'model' or 'both'"),
        ("reader = ['auto']", "input should be 'auto', 'rules', 'model' or 'both'"),
        ("deadline = 0", "deadline: '0' is not usable: input should be greater than 0"),
        ("model = ''", "model: '' is not usable: input should be neither empty"),
        ("model = 3", "model: '3' is not usable: input should be a valid string"),
        ("cache_dir = 3", "cache_dir: '3' is not usable: input is not a valid path"),
        ("[model]\nname = 'm'", "model: \"{'name': 'm'}\" is not usable: input should be a valid string"),
        ("model", "not valid TOML: "),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_key_and_what_is_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    path = toml(tmp_path, text)
    with pytest.raises(ConfigurationError) as raised:
        configure({}, {}, [path])
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_of_another_encoding_is_not_valid(tmp_path: Path) -> None:
    path = tmp_path / "gkllm.toml"
    path.write_bytes("prompt = '提示'".encode("gb18030"))
    with pytest.raises(ConfigurationError, match="not UTF-8 text"):
        configure({}, {}, [path])


@pytest.mark.parametrize(
    ("options", "environment", "origin"),
    [
        ({"review_risk": "2"}, {}, "--review-risk: '2'"),
        ({}, {"GKLLM_REASKS": "-1"}, "GKLLM_REASKS: '-1'"),
    ],
)
def test_a_bad_value_is_told_by_where_it_stands(
    options: dict[str, object], environment: dict[str, str], origin: str
) -> None:
    with pytest.raises(ConfigurationError, match=origin):
        configure(options, environment, [])


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    path = toml(tmp_path, f"api_key = ['{KEY}']")
    with pytest.raises(ConfigurationError) as raised:
        configure({}, {}, [path])
    assert KEY not in str(raised.value)
    assert KEY not in repr(configure({"model": "m"}, {"OPENAI_API_KEY": KEY}, []))


@pytest.mark.parametrize("reader", ["model", "both"])
def test_a_reader_without_its_model_is_told_every_way_to_name_one(reader: str) -> None:
    with pytest.raises(ModelNotConfigured) as raised:
        configure({"reader": reader}, {"OPENAI_API_KEY": KEY}, [])
    for way in (
        "--model",
        "GKLLM_MODEL",
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "gkllm.toml",
        "local:PATH.gguf",
    ):
        assert way in str(raised.value)


def test_auto_needs_no_model() -> None:
    assert configure({"reader": "auto"}, {"OPENAI_API_KEY": KEY}, []).model is None


def test_an_endpoint_without_a_model_is_not_passed_over() -> None:
    with pytest.raises(ModelNotConfigured, match="add --model or GKLLM_MODEL"):
        configure({"base_url": "http://127.0.0.1/v1"}, {}, [])


def test_a_model_without_an_endpoint_is_not_tried() -> None:
    with pytest.raises(ModelNotConfigured, match="the model 'm' has no endpoint"):
        configure({"model": "m"}, {}, [])


@pytest.mark.parametrize(
    "options", [{"model": "local:m.gguf"}, {"model": "m", "base_url": "http://127.0.0.1"}]
)
def test_local_weights_and_other_endpoints_need_no_key(options: dict[str, object]) -> None:
    settings = configure(options, {}, [])
    assert settings.model is not None
    assert settings.model.name == options["model"]


def test_the_rules_reader_asks_nothing_of_the_model() -> None:
    assert configure({"reader": "rules", "model": "m"}, {}, []).reader == "rules"
