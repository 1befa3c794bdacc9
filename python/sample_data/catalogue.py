"""What the shop sells: about 240 invented products, their prices in pence and how they are written."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from sample_data.draws import Draws

Season = Literal["all year", "christmas", "garden"]

# Chance of a product being picked, January to December.
SEASON_WEIGHTS: dict[Season, tuple[int, ...]] = {
    "all year": (2,) * 12,
    "christmas": (0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 9),
    "garden": (1, 1, 4, 6, 6, 5, 4, 2, 1, 0, 0, 0),
}


@dataclass(frozen=True)
class Product:
    """A product; `description_2024` differs from `description_2023` where the shop renamed it."""

    stock_code: str
    description_2023: str
    description_2024: str
    pence: int
    season: Season

    def description(self, year: int) -> str:
        """The description printed on invoices of `year`."""
        return self.description_2023 if year == 2023 else self.description_2024

    def price(self, year: int) -> int:
        """List price in pence: in 2024 about 4 % more, rounded up to 5 pence."""
        return self.pence if year == 2023 else -(-self.pence * 104 // 500) * 5


MOTIFS = (
    "OTTER", "FOXGLOVE", "PUFFIN", "BRAMBLE", "WREN", "SEA HOLLY", "BADGER", "COW PARSLEY", "HARE", "TEASEL",
    "HERON", "DAMSON", "NEWT", "BLUEBELL", "CURLEW", "OAK LEAF", "GREBE", "SAMPHIRE", "STOAT", "QUINCE",
)  # fmt: skip

# Pattern of the description, pence, season, whether the variants share a number and differ by a letter.
# The odd spaces, commas and quotes are how such exports look.
RANGES: tuple[tuple[str, int, Season, bool], ...] = (
    ("{} STONEWARE MUG", 595, "all year", True),
    ("{} LINEN TEA TOWEL", 475, "all year", True),
    ("SET OF 3 {} STORAGE TINS", 895, "all year", False),
    ("{} ENAMEL JUG, ONE PINT", 1150, "all year", False),
    ("{} PRINTED APRON", 1250, "all year", False),
    ("{} POCKET NOTEBOOK", 245, "all year", True),
    ("{} BIRTHDAY CARD", 145, "all year", True),
    ("PACK OF 20 {} NAPKINS", 195, "all year", False),
    ("{} SOY CANDLE IN TIN ", 650, "all year", False),
    ("{} GUEST SOAP", 225, "all year", True),
    ("{} KEY RING", 195, "all year", False),
    ("{} SHOPPING TOTE", 375, "all year", True),
    ("{} CUSHION COVER 40 CM", 995, "all year", False),
    ("{} WALL HOOK", 325, "all year", False),
    ("{} EGG CUP", 275, "all year", True),
    ("{} HOT WATER BOTTLE COVER", 1095, "all year", False),
    (" {} FRIDGE MAGNET", 125, "all year", False),
    ("{} JIGSAW, 500 PIECES", 1195, "all year", False),
    ("{} SEED PACKET", 165, "garden", True),
    ("{} HERB PLANTER", 850, "garden", False),
    ("{} BIRD FEEDER", 725, "garden", False),
    ("{} GARDEN TWINE IN TIN", 545, "garden", False),
    ('SLATE SIGN "{} COTTAGE"', 795, "garden", False),
    ("{} GLASS BAUBLE", 295, "christmas", True),
    ("BOX OF 8 {} CHRISTMAS CARDS", 425, "christmas", False),
    ("{} GIFT WRAP, 3 METRES", 225, "christmas", False),
    ("{} FELT TREE DECORATION", 185, "christmas", True),
    ("{} ADVENT CALENDAR", 695, "christmas", False),
)
VARIANTS = 8
FIRST_STOCK_NUMBER = 60112

# Goods whose codes do not look like goods, and descriptions with an accent or a currency sign.
SPECIALS = (
    Product("DCGS0204", "BOXED CORDIAL GLASSES", "BOXED CORDIAL GLASSES", 1450, "all year"),
    Product("DCGSGARDEN", "GARDENER'S HAND CARE BOX", "GARDENER'S HAND CARE BOX", 1295, "garden"),
    Product("PADS", "CUSHION PAD, PLAIN", "CUSHION PAD, PLAIN", 350, "all year"),
    Product("gift_0001_10", "Gift Voucher £10.00", "Gift Voucher £10.00", 1000, "all year"),
    Product("gift_0001_20", "Gift Voucher £20.00", "Gift Voucher £20.00", 2000, "christmas"),
    Product("gift_0001_50", "Gift Voucher £50.00", "Gift Voucher £50.00", 5000, "christmas"),
    Product("69004", "CAFÉ AU LAIT BOWL", "CAFÉ AU LAIT BOWL, LARGE", 675, "all year"),
    Product("69005", "CRÈME BRÛLÉE DISHES, SET OF 4", "CRÈME BRÛLÉE DISHES SET/4", 1595, "all year"),
    Product("69006", 'CHALKBOARD "TODAY\'S SPECIALS"', 'CHALKBOARD, "SPECIALS"', 1350, "all year"),
    Product("69007", "  POT POURRI, ORANGE & CLOVE", "POT POURRI, ORANGE & CLOVE ", 495, "all year"),
)


def renamed(description: str) -> str:
    """How the shop writes a product after tidying its list: shorter, without commas at the end."""
    return description.replace("SET OF 3", "SET/3").replace("PACK OF 20", "20 x").replace(", ", " ").strip()


def range_products() -> list[Product]:
    """The products of `RANGES`, each pattern with `VARIANTS` motifs."""
    products = []
    number = FIRST_STOCK_NUMBER
    for place, (pattern, pence, season, has_letters) in enumerate(RANGES):
        for variant in range(VARIANTS):
            description = pattern.format(MOTIFS[(place * 3 + variant * 7) % len(MOTIFS)])
            stock_code = f"{number}{'ABCDEFGH'[variant]}" if has_letters else str(number + variant)
            products.append(Product(stock_code, description, renamed(description), pence, season))
        number += 23
    return products


class Catalogue:
    """The products with their popularity: few sell often, many seldom."""

    def __init__(self, draws: Draws) -> None:
        """Put all products into a random order of popularity."""
        self.products = draws.shuffled([*range_products(), *SPECIALS])
        popularity = [2000 // (rank + 12) for rank in range(len(self.products))]
        self._cumulative_by_month = [
            list(accumulate(
                weight * SEASON_WEIGHTS[product.season][month]
                for weight, product in zip(popularity, self.products, strict=True)
            ))
            for month in range(12)
        ]  # fmt: skip

    def pick(self, draws: Draws, month: int) -> Product:
        """A product that sells in `month` (1 to 12)."""
        return draws.pick_weighted(self.products, self._cumulative_by_month[month - 1])

    def basket(self, draws: Draws, month: int, size: int) -> list[Product]:
        """Up to `size` different products; fewer where one comes twice."""
        return list(dict.fromkeys(self.pick(draws, month) for _ in range(size)))
