"""Makes expected.txt: when cron expressions come true, found without the code under test.

Steps through time minute by minute (second by second where the expression has seconds), turns each
moment into a wall time with Python's zoneinfo, and asks a matcher of its own. Run it by hand after
a change of the cases: expected.py > expected.txt. A line: zone|expression|after|times, in seconds
since 1970, "end" where there are no more.
"""

import calendar
import datetime
import sys
import zoneinfo

UTC = datetime.timezone.utc
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()
BOUNDS = {"s": (0, 59), "m": (0, 59), "h": (0, 23), "D": (1, 31), "M": (1, 12), "Y": (1970, 2099)}
MACROS = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0",
          "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *"}


class Cron:
    def __init__(self, text):
        fields = MACROS.get(text, text).upper().split()
        self.quartz = len(fields) > 5
        if not self.quartz:
            fields = ["0"] + fields
        self.fields = dict(zip("smhDMWY", fields))
        self.fields.setdefault("Y", "*")
        self.sets = {k: self.numbers(k) for k in "smhMY"}
        self.has_seconds = self.sets["s"] != {0}
        self.open = any(self.fields[k].startswith("*") or
                        (self.quartz and "/" in self.fields[k] and "-" not in self.fields[k])
                        for k in "smh" if self.quartz or k != "s")
        self.days = {}

    def numbers(self, key, text=None):
        low, high = BOUNDS[key]
        found = set()
        for part in (text or self.fields[key]).split(","):
            base, _, step = part.partition("/")
            if key == "M":
                for i, name in enumerate(MONTHS):
                    base = base.replace(name, str(i + 1))
            if base in ("*", ""):
                values = list(range(low, high + 1))
            elif "-" in base:
                a, b = map(int, base.split("-"))
                values = list(range(a, b + 1)) if a <= b else \
                    list(range(a, high + 1)) + list(range(low, b + 1))
            else:
                values = list(range(int(base), high + 1)) if step else [int(base)]
            found.update(values[::int(step or 1)])
        return found

    def weekday(self, text):
        """0 is Sunday."""
        if text in DAYS:
            return DAYS.index(text)
        return int(text) - 1 if self.quartz else int(text) % 7

    def by_date(self, date):
        last = calendar.monthrange(date.year, date.month)[1]
        for part in self.fields["D"].split(","):
            if part == "?":
                return True
            if part.startswith("L") or part.endswith("W"):
                day = last - int(part.strip("LW-") or 0) if part.startswith("L") else int(part[:-1])
                if not 1 <= day <= last:
                    continue
                wanted = date.replace(day=day)
                if part.endswith("W"):
                    near = [wanted + datetime.timedelta(n) for n in (0, -1, 1, -2, 2)]
                    wanted = next(d for d in near if d.month == date.month and d.weekday() < 5)
                if wanted == date:
                    return True
            elif date.day in self.numbers("D", part):
                return True
        return False

    def by_weekday(self, date):
        today = (date.weekday() + 1) % 7
        last = calendar.monthrange(date.year, date.month)[1]
        for part in self.fields["W"].split(","):
            if part == "?":
                return True
            if part == "L":
                if today == 6:
                    return True
            elif part.endswith("L"):
                if self.weekday(part[:-1]) == today and date.day + 7 > last:
                    return True
            elif "#" in part:
                day, nth = part.split("#")
                if self.weekday(day) == today and (date.day - 1) // 7 + 1 == int(nth):
                    return True
            else:
                base, _, step = part.partition("/")
                if base == "*":
                    values = list(range(7))
                elif "-" in base:
                    a, b = map(self.weekday, base.split("-"))
                    values = [(a + i) % 7 for i in range((b - a) % 7 + 1)]
                else:
                    a = self.weekday(base)
                    values = list(range(a, 7)) if step else [a]
                if today in values[::int(step or 1)]:
                    return True
        return False

    def on(self, date):
        if date not in self.days:
            ok = date.month in self.sets["M"] and date.year in self.sets["Y"]
            if ok:
                d, w = self.by_date(date), self.by_weekday(date)
                either = not (self.fields["D"][0] in "*?" or self.fields["W"][0] in "*?")
                ok = d or w if either else d and w
            self.days[date] = ok
        return self.days[date]

    def at(self, wall):
        return wall.second in self.sets["s"] and wall.minute in self.sets["m"] and \
            wall.hour in self.sets["h"] and self.on(wall.date())


def times(text, zone_name, after, count, days):
    """Moments after `after`, up to `count` of them, within so many days."""
    cron, zone = Cron(text), zoneinfo.ZoneInfo(zone_name)
    step = 1 if cron.has_seconds else 60
    delta = datetime.timedelta(seconds=step)
    now, end, found = after - after % step + step, after + days * 86400, []

    def wall(at):
        return datetime.datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None)

    def fold(at):
        return datetime.datetime.fromtimestamp(at, UTC).astimezone(zone).fold

    before = wall(now - step)
    while now < end and len(found) < count:
        if now % 3600 == 0 and now + 3600 < end:
            here, there = wall(now), wall(now + 3600)
            if not cron.on(here.date()) and not cron.on(there.date()) and not cron.on(before.date()):
                now += 3600
                before = wall(now - step)
                continue
        here = wall(now)
        if cron.open:
            hit = cron.at(here)
        else:
            hit = cron.at(here) and not fold(now)
            missing = before + delta
            while missing < here:
                hit = hit or cron.at(missing)
                missing += delta
        if hit:
            found.append(now)
        before = here
        now += step
    return found


def at(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


UNIX = """
* * * * *|*/5 * * * *|0 * * * *|30 4 1,15 * 5|5 4 * * sun|0 22 * * 1-5|23 0-23/2 * * *|0 0,12 1 */2 *
0 4 8-14 * *|15 14 1 * *|0 0 */2 * 1|0 0 1 * 0|0 12 * * 7|0 12 * * 5-7|0 9 * * MON-FRI|0 9 * * sat-sun
0 0 29 2 *|0 0 31 * *|0 0 28-31 2,4 *|1-59/7 3 * * *|0 8-18/3 * jan,jul *|@hourly|@daily|@weekly
@monthly|@yearly|59 23 31 12 *|0 0 13 * 5
"""
QUARTZ = """
0 0 12 * * ?|0 15 10 ? * *|0 15 10 * * ?|0 15 10 * * ? *|0 15 10 * * ? 2027|0 * 14 * * ?
0 0/5 14 * * ?|0 0/5 14,18 * * ?|0 0-5 14 * * ?|0 10,44 14 ? 3 WED|0 15 10 ? * MON-FRI
0 15 10 15 * ?|0 15 10 L * ?|0 15 10 L-2 * ?|0 15 10 ? * 6L|0 15 10 ? * 6L 2027-2029
0 15 10 ? * 6#3|0 0 12 1/5 * ?|0 11 11 11 11 ?|0 0/30 8-9 5,20 * ?|0 30 10-13 ? * WED,FRI
0 0 0 LW * ?|0 0 0 15W * ?|0 0 0 1W * ?|0 0 0 31W * ?|0 0 0 L-3W * ?|0 0 0 1,L * ?|0 0 0 ? * L
0 0 22-2 * * ?|0 0 8 ? * FRI-MON|0 0 8 ? NOV-FEB MON#1|*/15 59 23 * * ?|10/20 0 6 ? * MON
55-5 0 0 1 * ?|0 0 0 28-3 * ?|0 0 6 ? * 2#5|0 0 6 ? * SAT#1,SUN#1|0 0 6 ? * 1/2|0 0 1 1 1 ? 2028,2030
0 /20 7 * * ?|0 0 12 29 2 ? 2028/4|30 */10 * * * ?
"""
# Around changes of the clock, fixed and open, forward and back.
CHANGES = """
30 2 * * *|0 2 * * *|0,30 2 * * *|0 2,3 * * *|*/15 2 * * *|0 * * * *|*/30 * * * *|45 1 * * *|0 0 * * *
0 30 2 * * ?|0 0/20 2 * * ?|0 15 1-3 * * ?|15 1 * * 0|0 1 * * *
"""
WHEN = {
    "Europe/Berlin": ("2027-03-27T12:00:00", "2026-10-24T12:00:00", "2043-03-28T00:00:00"),
    "America/New_York": ("2027-03-13T12:00:00", "2027-11-06T12:00:00", "2044-11-05T00:00:00"),
    "Australia/Lord_Howe": ("2026-10-03T00:00:00", "2027-04-03T00:00:00"),
    "Asia/Kolkata": ("2027-03-27T12:00:00",),
    "Asia/Beirut": ("2027-03-27T00:00:00",),
    "America/Santiago": ("2027-04-02T00:00:00", "2027-09-04T00:00:00"),
}


def split(text):
    return [e for line in text.strip().splitlines() for e in line.split("|")]


def main():
    out = sys.stdout
    for zone, start in (("UTC", "2026-11-28T04:29:17"), ("Europe/Berlin", "2027-02-26T23:10:00"),
                        ("Asia/Kolkata", "2027-12-30T20:00:00")):
        for text in split(UNIX) + split(QUARTZ):
            found = times(text, zone, at(start), 6, 366 * (9 if zone == "UTC" else 2))
            out.write(f"{zone}|{text}|{at(start)}|{' '.join(map(str, found))}\n")
    for zone, starts in WHEN.items():
        for start in starts:
            for text in split(CHANGES):
                found = times(text, zone, at(start), 40, 4)
                out.write(f"{zone}|{text}|{at(start)}|{' '.join(map(str, found))}\n")


main()
