"""The folder of builds and the link to the newest one.

`<link>_builds/000012-<build id>` is a complete build; the number gives the order without a clock. On Linux
and macOS a file that is open stays readable after its folder has been removed; on a network file system the
removal may fail while a reader has the file open, and is then tried again by the next build.

What is published is personal data: the owner writes, the owner's group reads, nobody else gets in, whatever
the umask says.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT_BUILDS = 3
DEFAULT_LINK = "published"
UNFINISHED = ".unfinished"
FOLDER_MODE = 0o750
FILE_MODE = 0o640
BUILD_FOLDER = re.compile(r"(\d{6,})-[0-9a-f]+")


class PublishingError(Exception):
    """The build cannot be published, in one sentence; what was published before is unchanged."""


def published_link() -> Path:
    """The link that readers follow: SEGMENTATION_PUBLISHED, or published in the working directory."""
    return Path(os.environ.get("SEGMENTATION_PUBLISHED") or DEFAULT_LINK)


def builds_folder(link: Path) -> Path:
    """The folder beside the link that holds the builds."""
    return link.with_name(f"{link.name}_builds")


def build_folders(link: Path) -> list[Path]:
    """The complete builds, oldest first; other things in the folder are not ours."""
    numbered = []
    for folder in builds_folder(link).iterdir():
        found = BUILD_FOLDER.fullmatch(folder.name)
        if found and folder.is_dir():
            numbered.append((int(found[1]), folder))
    return [folder for _, folder in sorted(numbered)]


def check_link(link: Path) -> None:
    """Raise PublishingError where the link's place is taken by something that a build did not put there."""
    builds = builds_folder(link)
    if link.is_symlink():
        target = link.parent / link.readlink()
        if target.parent.resolve() != builds.resolve():
            raise PublishingError(
                f"{link} is a link to {link.readlink()}, which is no build in {builds}: "
                "remove the link, or set SEGMENTATION_PUBLISHED to another place."
            )
    elif link.exists():
        kind = "folder" if link.is_dir() else "file"
        raise PublishingError(
            f"{link} is a {kind}, where the link to the newest build belongs: "
            f"move the {kind} away, or set SEGMENTATION_PUBLISHED to another place."
        )


@contextmanager
def unfinished_build(link: Path) -> Iterator[Path]:
    """An empty folder for the next build, which `put_in_place` takes away; what remains of it is removed.

    Only one process at a time has one. Raises PublishingError where another process is publishing.
    """
    check_link(link)
    builds = builds_folder(link)
    is_new = not builds.exists()
    builds.mkdir(parents=True, exist_ok=True)
    if is_new:
        # Once: who gives the folder to another group, or opens it, is not overruled.
        builds.chmod(FOLDER_MODE)
    # The lock ends with the process, however it ends: whatever is unfinished now was left by a killed build.
    descriptor = os.open(builds, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishingError(
                f"Another build is publishing to {link}: build again when it has ended."
            ) from error
        folder = builds / UNFINISHED
        remove(folder)
        temporary_link(link).unlink(missing_ok=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            remove(folder)
    finally:
        os.close(descriptor)


def put_in_place(unfinished: Path, link: Path, build_id: str) -> Path:
    """Make the unfinished folder a complete build; returns its new place.

    Its files are on the disk before it gets its name, so a build that has a number is complete.
    """
    folders = build_folders(link)
    number = int(folders[-1].name.split("-")[0]) + 1 if folders else 1
    folder = builds_folder(link) / f"{number:06d}-{build_id}"
    for path in [*unfinished.rglob("*"), unfinished]:
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        flush_to_disk(path)
    unfinished.rename(folder)
    flush_to_disk(folder.parent)
    return folder


def point_link_at(folder: Path, link: Path) -> None:
    """Replace the link in one step. The target is relative, so that both can be moved together."""
    new = temporary_link(link)
    new.symlink_to(Path(folder.parent.name) / folder.name, target_is_directory=True)
    new.replace(link)
    flush_to_disk(link.parent)


def remove_old_builds(link: Path) -> list[str]:
    """Remove all but the newest builds; returns a sentence for each one that cannot be removed yet."""
    notices = []
    for folder in build_folders(link)[:-KEPT_BUILDS]:
        try:
            remove(folder)
        except OSError as error:
            notices.append(f"The old build {folder} cannot be removed yet: {error.strerror}.")
    return notices


def remove_builds_before(link: Path) -> int:
    """Remove all builds but the one that the link points at, and what a killed build left; returns how many.

    Raises PublishingError where another process is publishing.
    """
    if not builds_folder(link).exists():
        return 0
    with unfinished_build(link):
        older = [folder for folder in build_folders(link) if folder.resolve() != link.resolve()]
        for folder in older:
            remove(folder)
    return len(older)


def temporary_link(link: Path) -> Path:
    """Where the new link is made before it replaces the old one: beside it, hence on the same disk."""
    return link.with_name(f".{link.name}{UNFINISHED}")


def remove(folder: Path) -> None:
    """Remove the folder and all it holds; nothing happens where there is none."""
    if folder.exists():
        shutil.rmtree(folder)


def flush_to_disk(path: Path) -> None:
    """Wait until the file, or the list of names in the folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
