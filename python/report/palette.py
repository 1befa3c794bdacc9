"""One colour per segment, told apart under every common form of colour blindness."""

from collections.abc import Iterable

# Okabe and Ito's colours (2008) without yellow and black, which are lost on a white or a dark ground; then
# those furthest from these and from each other, as seen with protanopia, deuteranopia and tritanopia.
COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#56B4E9",
    "#7E1EFE",
    "#7E3E5E",
    "#BE5EFE",
    "#DE1E3E",
)


def segment_colours(segment_ids: Iterable[int]) -> dict[int, str]:
    """The colour of each segment, by its id, so that it stays the same from build to build.

    After refits ids may go beyond the number of colours: such a segment takes the next colour that is free.
    """
    colours: dict[int, str] = {}
    for segment_id in sorted(segment_ids):
        preferred = (segment_id - 1) % len(COLOURS)
        turned = COLOURS[preferred:] + COLOURS[:preferred]
        free = [colour for colour in turned if colour not in colours.values()]
        colours[segment_id] = (free or turned)[0]
    return colours
