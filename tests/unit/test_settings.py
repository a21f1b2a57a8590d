"""Settings: an argument over the environment over the file, and clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from everwhen.errors import SettingsError
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.records import Cardinality
from everwhen.settings import default_url, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('url = "from-file.db"\ntz = "Europe/Lisbon"\n', encoding="utf-8")
    return path


def test_an_argument_wins_over_the_environment_and_that_over_the_file(file: Path) -> None:
    env = {"EVERWHEN_CONFIG": str(file)}
    assert load_settings(env).url == "from-file.db"
    env["EVERWHEN_URL"] = "from-env.db"
    assert load_settings(env).url == "from-env.db"
    assert load_settings(env, url="given.db").url == "given.db"
    assert load_settings(env, url=None).url == "from-env.db"
    assert load_settings(env).tz == "Europe/Lisbon"


def test_without_anything_the_file_is_in_the_users_data_directory() -> None:
    settings = load_settings({"EVERWHEN_URL": "  "})
    assert settings.url == default_url()
    assert settings.url.endswith("memory.db")
    assert (settings.extractor, settings.embedder, settings.tz) == ("rules", "static", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('colour = "red"', "unknown settings colour"),
        ("url = 5", "url must be text in quotes"),
        ("url = ", "can not be read"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings({"EVERWHEN_CONFIG": str(path)})
    assert str(path) in str(caught.value)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can not be read"):
        load_settings({"EVERWHEN_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("home = 5", "'home' is not a table"),
        ('[home]\ncardinalty = "single"', "unknown cardinalty; known are cardinality, aliases"),
        ('[home]\ncardinality = "one"', "'one' is not a valid Cardinality"),
        ('[home]\nwords = "live"', "words is no list of texts"),
        ("[home]\nsensitive = 1", "true or false"),
        ("[home", "can not be read"),
    ],
)
def test_a_wrong_vocabulary_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as caught:
        load_vocabulary(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("attribute", "cardinality"),
    [
        ("home", Cardinality.SINGLE),
        ("favorite_color", Cardinality.SINGLE),
        ("preferred tool", Cardinality.SINGLE),
        ("laptop budget", Cardinality.SINGLE),
        ("budget for the trip", Cardinality.SINGLE),
        ("phone provider", Cardinality.SINGLE),
        ("food allergy", Cardinality.MULTIPLE),
        ("phone accessories", Cardinality.MULTIPLE),
        ("home improvements", Cardinality.MULTIPLE),
        ("unheard of", Cardinality.MULTIPLE),
    ],
)
def test_an_attribute_of_several_words_follows_the_one_that_it_is_about(
    attribute: str, cardinality: Cardinality
) -> None:
    assert load_vocabulary().cardinality(attribute) is cardinality
