"""The embedders and extractors that come with the package keep the contract of their port."""

import pytest

from everwhen.language.vocabulary import load_vocabulary
from everwhen.ports import Extractor
from everwhen.providers.choose import choose_embedder
from everwhen.testing import check_embedder, check_extractor
from everwhen.write.extractors import NoExtractor, choose_extractor


def test_the_default_embedder() -> None:
    check_embedder(choose_embedder("static"))


@pytest.mark.parametrize(
    "extractor",
    [choose_extractor("rules", load_vocabulary()), NoExtractor()],
    ids=["rules", "none"],
)
def test_extractors(extractor: Extractor) -> None:
    check_extractor(extractor)
