"""The two years of the shop: open days and how busy each of them is."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from sample_data.draws import Draws

FIRST_DAY = date(2023, 1, 3)
LAST_DAY = date(2024, 12, 20)

# Bank holidays in England and Wales; closed from Christmas Eve to 2 January as well, and on Sundays.
BANK_HOLIDAYS = {
    date(2023, 4, 7), date(2023, 4, 10), date(2023, 5, 1), date(2023, 5, 8), date(2023, 5, 29),
    date(2023, 8, 28),
    date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 6), date(2024, 5, 27), date(2024, 8, 26),
}  # fmt: skip
# Weights January to December and Monday to Sunday: autumn carries the year, January is quiet.
MONTH_WEIGHTS = (5, 6, 8, 7, 8, 8, 7, 8, 12, 16, 20, 14)
WEEKDAY_WEIGHTS = (10, 11, 11, 12, 9, 4, 0)


def is_open(day: date) -> bool:
    """Whether the shop trades on `day`."""
    over_new_year = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
    return day.weekday() != 6 and day not in BANK_HOLIDAYS and not over_new_year


OPEN_DAYS = tuple(
    day
    for day in (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    if is_open(day)
)
DAY_WEIGHTS = tuple(MONTH_WEIGHTS[day.month - 1] * WEEKDAY_WEIGHTS[day.weekday()] for day in OPEN_DAYS)


def busy_day(draws: Draws, earliest: date, latest: date) -> date:
    """An open day from `earliest` to `latest`, busy days more often; else the next open day."""
    start = min(bisect_left(OPEN_DAYS, max(earliest, FIRST_DAY)), len(OPEN_DAYS) - 1)
    end = max(bisect_left(OPEN_DAYS, latest + timedelta(days=1)), start + 1)
    return draws.pick_weighted(OPEN_DAYS[start:end], list(accumulate(DAY_WEIGHTS[start:end])))


def busy_days(draws: Draws, earliest: date, latest: date, count: int) -> list[date]:
    """Up to `count` open days from `earliest` to `latest`, in order; fewer where one comes twice."""
    return sorted({busy_day(draws, earliest, latest) for _ in range(count)})


def opening_hour(draws: Draws, day: date) -> datetime:
    """A minute of the working day: 8 to 18 o'clock, on Saturdays to 13 o'clock."""
    last_minute = 13 * 60 if day.weekday() == 5 else 18 * 60
    # The mean of two draws: noon is busier than the edges.
    minute = (draws.between(8 * 60, last_minute - 1) + draws.between(8 * 60, last_minute - 1)) // 2
    return at_minute(day, minute // 60, minute % 60)


def at_minute(day: date, hour: int, minute: int) -> datetime:
    """The shop's local time, without a time zone, as exports have it."""
    return datetime.combine(day, time(hour, minute))
