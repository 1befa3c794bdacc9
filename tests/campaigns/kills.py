"""Builds killed at random moments: nothing is half done, and the next build ends as if nothing had been.

Each round starts from the same finished build of one input, kills a build of another input, looks at
everything, and builds again. Every second kill falls while the build publishes, which is short and would
hardly be hit otherwise.
"""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from campaigns.builds import NO_UNIT_TESTS, Place, damage, difference, kill
from campaigns.scene import Scene
from publishing.places import UNFINISHED, builds_folder

# How long the files of a small build take to be written; the kill falls within it.
PUBLISHING_SECONDS = 1.5


@dataclass
class KillFigures:
    """What a campaign found: kills by where they fell, and sentences about damage."""

    kills: Counter[str] = field(default_factory=Counter)
    damages: list[str] = field(default_factory=list)


def run_kills(scene: Scene, n_kills: int, seed: int, say: Callable[[str], None]) -> KillFigures:
    """Kill `n_kills` builds, each at a moment drawn with the seed, and tell the figures."""
    draw = random.Random(seed)
    figures = KillFigures()
    for number in range(1, n_kills + 1):
        place = scene.place("killed")
        process = place.start(*NO_UNIT_TESTS, variables=scene.variables)
        is_publishing = number % 2 == 0
        if is_publishing:
            wait_for_publishing(process, place)
        time.sleep(draw.uniform(0, PUBLISHING_SECONDS if is_publishing else scene.seconds))
        where = what_is_hit(process, place, is_publishing)
        kill(process)
        figures.kills[where] += 1
        found = damage(place, scene.before, scene.after)
        exit_code, output = place.build(*NO_UNIT_TESTS, variables=scene.variables)
        if exit_code != 0:
            found.append(f"the next build failed: {output[-2000:]}")
        found += difference(place, scene.after)
        figures.damages += [f"kill {number}, {where}: {sentence}" for sentence in found]
        say(f"kill {number} of {n_kills}, {where}: {'; '.join(found) or 'no damage'}")
    return figures


def wait_for_publishing(process: subprocess.Popen[str], place: Place) -> None:
    """Wait until the build begins to write published files, or ends."""
    unfinished = builds_folder(place.published) / UNFINISHED
    while process.poll() is None and not unfinished.exists():
        time.sleep(0.01)


def what_is_hit(process: subprocess.Popen[str], place: Place, is_publishing: bool) -> str:
    """Where a kill falls now, for the figures."""
    if process.poll() is not None:
        return "after its end"
    if (builds_folder(place.published) / UNFINISHED).exists():
        return "while it wrote published files"
    return "after it wrote published files" if is_publishing else "at any other moment"
