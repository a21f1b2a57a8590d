"""Time expressions: a table of sentences, and properties on hostile text.

A line of a table is a sentence with each expression in brackets, then what each means: its role,
the interval as `start..end` (either may be empty) and the precision. A line without brackets has
no time in it.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everwhen.errors import TimeError
from everwhen.language.timex import Role, TimeExpression, find_times
from everwhen.language.timex_grammar import compile_grammar, load
from everwhen.language.timex_operations import OPERATIONS
from everwhen.model.period import Precision

LANGUAGES = ("en", "de", "es", "fr", "pt", "und")
ENGLISH_ANCHOR = datetime(2026, 3, 16, 21, 50, tzinfo=UTC)  # a Monday

ENGLISH = """
been on nights [since last tuesday], body has no idea  => since 2026-03-10.. day
I've lived here [since March]  => since 2026-03-01.. month
We have been dating [since 2020]  => since 2020-01-01.. year
I am vegan [since yesterday]  => since 2026-03-15.. day
meat again [since this weekend]  => since 2026-03-14.. day
she has been ill [since the weekend]  => since 2026-03-14.. day
working there [since jan 2021]  => since 2021-01-01.. month
I know him [since the summer of 2016]  => since 2016-06-01.. season
off sugar [since Christmas]  => since 2025-12-25.. day
no coffee [since the 1st]  => since 2026-03-01.. day
married [since 5 May 2012]  => since 2012-05-05.. day
[since 2 weeks] I sleep badly  => since 2026-03-02T21:50.. week
[since two weeks ago] I sleep badly  => since 2026-03-02.. week
closed [ever since last spring]  => since 2025-03-01.. season
up [since 4am today]  => since 2026-03-16T04:00.. instant
[From 2015 to 2018] I lived in Rome.  => between 2015-01-01..2019-01-01 year
[from October 2016 to July 2019], I studied  => between 2016-10-01..2019-08-01 month
[from 2020 to August 2023] I was there  => between 2020-01-01..2023-09-01 year
i was married once before, [2008-2013], to Tobias  => between 2008-01-01..2014-01-01 year
drove it [from 2009 til 2012]  => between 2009-01-01..2013-01-01 year
the old badge: [2011 to 2014], what a time  => between 2011-01-01..2015-01-01 year
we rented it [between March and May]  => between 2026-03-01..2026-06-01 month
[between June 2018 and May 2019] nothing happened  => between 2018-06-01..2019-06-01 month
[from October to March 2024] it rained  => between 2023-10-01..2024-04-01 month
[from Monday to Wednesday] I was in Lyon  => between 2026-03-09..2026-03-12 day
the fair is [3-7 June] this time  => between 2026-06-03..2026-06-08 day
we go [from 3 to 7 August 2026]  => between 2026-08-03..2026-08-08 day
[June 3-7] works  => between 2026-06-03..2026-06-08 day
[from 1 May to 15 June] I am away  => between 2026-05-01..2026-06-16 day
[from 1 May until 15 June 2027] I am away  => between 2027-05-01..2027-06-16 day
[from Christmas to New Year's Eve] we ski  => between 2025-12-25..2026-01-01 day
[from yesterday until tomorrow]  => between 2026-03-15..2026-03-18 day
I'm moving to Oslo [on 1 June 2026]  => at 2026-06-01..2026-06-02 day
the lease starts [the 14th of April 2027]  => at 2027-04-14..2027-04-15 day
due [on 14 April]  => at 2026-04-14..2026-04-15 day
due [on april 14th]  => at 2026-04-14..2026-04-15 day
last day is [30 april]  => at 2026-04-30..2026-05-01 day
im [starting on may 4]  => since 2026-05-04.. day
[on the 4th of July] we grill  => at 2026-07-04..2026-07-05 day
[on Friday, 5 June 2026] we meet  => at 2026-06-05..2026-06-06 day
[Friday June 5th 2026] it is  => at 2026-06-05..2026-06-06 day
[on the 20th] we fly  => at 2026-03-20..2026-03-21 day
we flew [on the 10th]  => at 2026-03-10..2026-03-11 day
born [on 2 February 1984]  => at 1984-02-02..1984-02-03 day
born [1984-02-02] in Graz  => at 1984-02-02..1984-02-03 day
born [on 2/3/1984] in Ohio  => at 1984-02-03..1984-02-04 day
paid [on 25/12/2025] in cash  => at 2025-12-25..2025-12-26 day
the log says [2026-01-05T10:00:00Z] exactly  => at 2026-01-05T10:00..2026-01-05T10:01 instant
the log says [2026-01-05 10:00] exactly  => at 2026-01-05T10:00..2026-01-05T10:01 instant
invoice of [2025-06] paid  => at 2025-06-01..2025-07-01 month
it came [late in 2025-07]  => at 2025-07-22..2025-08-01 month
[on 5/6] we met  => at 2025-05-06..2025-05-07 day
I worked there [back in 2019]  => at 2019-01-01..2020-01-01 year
[in 2019] I worked there  => at 2019-01-01..2020-01-01 year
I moved [in May]  => at 2025-05-01..2025-06-01 month
I started [in October]  => at 2025-10-01..2025-11-01 month
I will start [in October]  => at 2026-10-01..2026-11-01 month
we are moving [in may]  => at 2026-05-01..2026-06-01 month
[mid-2021] was rough  => at 2021-05-01..2021-09-01 year
[early March] is best  => at 2026-03-01..2026-03-11 month
[in early 2020] we closed  => at 2020-01-01..2020-05-01 year
[by late 2024] he had left  => by ..2025-01-01 year
[at the end of August] we leave  => at 2026-08-27..2026-09-01 month
[until the end of August], then Solo  => until ..2026-09-01 month
[the beginning of next year]  => at 2027-01-01..2027-03-01 year
[at the start of the month]  => at 2026-03-01..2026-03-06 month
[the end of the week] is fine  => at 2026-03-22..2026-03-23 week
[by the end of the year]  => by ..2027-01-01 year
[the middle of june]  => at 2026-06-11..2026-06-21 month
[in the second half of 2019] I  => at 2019-07-01..2020-01-01 year
[in the first half of last year] I  => at 2025-01-01..2025-07-01 year
[the summer of 2016] was hot  => at 2016-06-01..2016-09-01 season
[last summer] I swam  => at 2025-06-01..2025-09-01 season
[next summer] I will swim  => at 2026-06-01..2026-09-01 season
[this summer] I will swim  => at 2026-06-01..2026-09-01 season
[in the fall of 2020] we wed  => at 2020-09-01..2020-12-01 season
[in spring] we plant  => at 2026-03-01..2026-06-01 season
[last winter] was mild  => at 2025-12-01..2026-03-01 season
[in winter 2019] we moved  => at 2019-12-01..2020-03-01 season
[Q1] is over  => at 2026-01-01..2026-04-01 quarter
[q3 last year] was strong  => at 2025-07-01..2025-10-01 quarter
[in Q2 2027] we ship  => at 2027-04-01..2027-07-01 quarter
[the fourth quarter of 2024]  => at 2024-10-01..2025-01-01 quarter
[last quarter] we lost money  => at 2025-10-01..2026-01-01 quarter
[next quarter] we hire  => at 2026-04-01..2026-07-01 quarter
[in the 90s] I raved  => at 1990-01-01..2000-01-01 decade
[the eighties] were loud  => at 1980-01-01..1990-01-01 decade
[80s] music is best  => at 1980-01-01..1990-01-01 decade
[in the early 2000s] we had a dog  => at 2000-01-01..2003-05-01 decade
[last week] I scored  => at 2026-03-09..2026-03-16 week
[last month] was hard  => at 2026-02-01..2026-03-01 month
[last year] we wed  => at 2025-01-01..2026-01-01 year
[this week] I rest  => at 2026-03-16..2026-03-23 week
[this month] is short  => at 2026-03-01..2026-04-01 month
[this year] I run  => at 2026-01-01..2027-01-01 year
[next week] I fly  => at 2026-03-23..2026-03-30 week
[next month] I fly  => at 2026-04-01..2026-05-01 month
[next year] I fly  => at 2027-01-01..2028-01-01 year
[the week before last] I flew  => at 2026-03-02..2026-03-09 week
[the year before last] was better  => at 2024-01-01..2025-01-01 year
[the week after next] I fly  => at 2026-03-30..2026-04-06 week
[the weekend after next] works  => at 2026-04-04..2026-04-06 day
[earlier this week] I fell  => at 2026-03-16..2026-03-16T21:50 week
[earlier this year] I quit  => at 2026-01-01..2026-03-16T21:50 year
[later this month] I leave  => at 2026-03-16T21:50..2026-04-01 month
[last decade] was wild  => at 2010-01-01..2020-01-01 decade
[last weekend] was fun  => at 2026-03-14..2026-03-16 day
[the previous weekend] was insane  => at 2026-03-14..2026-03-16 day
they said [the next weekend] would do  => at 2026-03-28..2026-03-30 day
[this past weekend] was insane  => at 2026-03-14..2026-03-16 day
we moved back [this weekend]  => at 2026-03-14..2026-03-16 day
[this weekend] we will paint  => at 2026-03-21..2026-03-23 day
[next weekend] we paint  => at 2026-03-28..2026-03-30 day
any plans [for the weekend]?  => at 2026-03-21..2026-03-23 day
[at the weekend] we hiked  => at 2026-03-14..2026-03-16 day
[yesterday] I fell  => at 2026-03-15..2026-03-16 day
just [yesterday] I fell  => at 2026-03-15..2026-03-16 day
[day before yesterday] I fell  => at 2026-03-14..2026-03-15 day
[the day after tomorrow] I fly  => at 2026-03-18..2026-03-19 day
see you [tomorrow]  => at 2026-03-17..2026-03-18 day
see you [tmrw]  => at 2026-03-17..2026-03-18 day
[tomorrow]'s meeting is off  => at 2026-03-17..2026-03-18 day
[today] I quit  => at 2026-03-16..2026-03-17 day
I quit [2day]  => at 2026-03-16..2026-03-17 day
[yesterday morning] I ran  => at 2026-03-15T05:00..2026-03-15T12:00 day
[tomorrow night] we dance  => at 2026-03-17T18:00..2026-03-18T06:00 day
[last night] we danced  => at 2026-03-15T18:00..2026-03-16T06:00 day
[tonight] we dance  => at 2026-03-16T18:00..2026-03-17T06:00 day
[this morning] I ran  => at 2026-03-16T05:00..2026-03-16T12:00 day
[this afternoon] I nap  => at 2026-03-16T12:00..2026-03-16T18:00 day
[this evening] at home  => at 2026-03-16T18:00..2026-03-17 day
[last Friday] I hiked  => at 2026-03-13..2026-03-14 day
[last fri] I hiked  => at 2026-03-13..2026-03-14 day
[next Friday] works  => at 2026-03-20..2026-03-21 day
[this Friday] works  => at 2026-03-20..2026-03-21 day
[this coming Friday] works  => at 2026-03-20..2026-03-21 day
[this past Sunday] was awesome  => at 2026-03-15..2026-03-16 day
I left [on Friday]  => at 2026-03-13..2026-03-14 day
I'll leave [on Friday]  => at 2026-03-20..2026-03-21 day
dinner [on Saturday], my treat  => at 2026-03-21..2026-03-22 day
we adopted a puppy [on saturday]!!  => at 2026-03-14..2026-03-15 day
[on sun] we rest  => at 2026-03-22..2026-03-23 day
[on wed] we fly  => at 2026-03-18..2026-03-19 day
[Monday morning] was chaos  => at 2026-03-09T05:00..2026-03-09T12:00 day
[the Friday before last] we met  => at 2026-03-06..2026-03-07 day
[a week from Thursday] we meet  => at 2026-03-26..2026-03-27 day
[the Tuesday after next]  => at 2026-03-24..2026-03-25 day
[Tuesday last week] was sunny  => at 2026-03-10..2026-03-11 day
[March next year] is fine  => at 2027-03-01..2027-04-01 month
[Christmas last year] was sad  => at 2025-12-25..2025-12-26 day
[on Friday at 3pm] we meet  => at 2026-03-20T15:00..2026-03-20T15:01 instant
[3pm on Friday] works  => at 2026-03-20T15:00..2026-03-20T15:01 instant
[tomorrow at 10:30] works  => at 2026-03-17T10:30..2026-03-17T10:31 instant
[tomorrow at noon]  => at 2026-03-17T12:00..2026-03-17T13:00 day
[at 10:30] I called  => at 2026-03-16T10:30..2026-03-16T10:31 instant
[at 5pm] we close  => at 2026-03-16T17:00..2026-03-16T17:01 instant
[at 5 p.m.] we close  => at 2026-03-16T17:00..2026-03-16T17:01 instant
[at 7:15am] I woke  => at 2026-03-16T07:15..2026-03-16T07:16 instant
[today at 9]  => at 2026-03-16T09:00..2026-03-16T09:01 instant
[yesterday at 17:45] it rang  => at 2026-03-15T17:45..2026-03-15T17:46 instant
[at 11 o'clock] we ate  => at 2026-03-16T11:00..2026-03-16T11:01 instant
[8 in the evening] is late  => at 2026-03-16T20:00..2026-03-16T20:01 instant
[at midnight] we kissed  => at 2026-03-16..2026-03-16T00:01 instant
[two weeks ago] I moved  => at 2026-03-02..2026-03-03 week
[a week ago] I moved  => at 2026-03-09..2026-03-10 week
[a couple of months ago] I moved  => at 2026-01-16..2026-01-17 month
[a few years ago] I moved  => at 2023-03-16..2023-03-17 year
[about five years ago] I moved  => at 2021-03-16..2021-03-17 year
[over a year ago] I moved  => at 2025-03-16..2025-03-17 year
[half a year ago] I moved  => at 2025-09-16..2025-09-17 month
[a year and a half ago] I moved  => at 2024-09-16..2024-09-17 month
[two and a half years ago] I moved  => at 2023-09-16..2023-09-17 month
[2 years and 3 months ago] I moved  => at 2023-12-16..2023-12-17 month
[twenty-five years ago] I was born  => at 2001-03-16..2001-03-17 year
[ten years ago] I was thin  => at 2016-03-16..2016-03-17 year
[3 days ago] I moved  => at 2026-03-13..2026-03-14 day
[an hour ago] I ate  => at 2026-03-16T20:50..2026-03-16T20:51 instant
[20 mins ago] I ate  => at 2026-03-16T21:30..2026-03-16T21:31 instant
[2 fortnights ago]  => at 2026-02-16..2026-02-17 week
[a year ago today] we met  => at 2025-03-16..2025-03-17 day
[this time last year] we met  => at 2025-03-16..2025-03-17 day
[a few weeks back] I fell  => at 2026-02-23..2026-02-24 week
[one day ago] I fell  => at 2026-03-15..2026-03-16 day
[in 3 days] I fly  => at 2026-03-19..2026-03-20 day
[in two weeks] I fly  => at 2026-03-30..2026-03-31 week
[in a week] I fly  => at 2026-03-23..2026-03-24 week
[in a couple of years] I retire  => at 2028-03-16..2028-03-17 year
[in an hour] I eat  => at 2026-03-16T22:50..2026-03-16T22:51 instant
[in 2 minutes] I'll call  => at 2026-03-16T21:52..2026-03-16T21:53 instant
[three years from now]  => at 2029-03-16..2029-03-17 year
[two weeks from today]  => at 2026-03-30..2026-03-31 week
[in two weeks time]  => at 2026-03-30..2026-03-31 week
[two days before Christmas] he left  => at 2025-12-23..2025-12-24 day
[the day after Christmas] we flew  => at 2025-12-26..2025-12-27 day
[the week before Easter] we flew  => at 2025-04-07..2025-04-14 week
[a week from tomorrow]  => at 2026-03-24..2026-03-25 week
[three days after 5 May 2026]  => at 2026-05-08..2026-05-09 day
[on the first Monday of June]  => at 2026-06-01..2026-06-02 day
[the last Friday in March 2025]  => at 2025-03-28..2025-03-29 day
[the last week of June]  => at 2026-06-24..2026-07-01 week
[the first weekend of May]  => at 2026-05-02..2026-05-04 day
[the second week of next month]  => at 2026-04-08..2026-04-15 week
[the night of 5 May]  => at 2026-05-05T18:00..2026-05-06T06:00 day
[the weekend of the 14th]  => at 2026-03-14..2026-03-16 day
[boxing day] was nice  => at 2025-12-26..2025-12-27 day
[on Christmas Eve] we sing  => at 2025-12-24..2025-12-25 day
[on New Year's Eve] we danced  => at 2025-12-31..2026-01-01 day
[New Years Eve] was loud  => at 2025-12-31..2026-01-01 day
[on Halloween] we danced  => at 2025-10-31..2025-11-01 day
[last Halloween] we danced  => at 2025-10-31..2025-11-01 day
[next Easter] we fly  => at 2026-04-05..2026-04-06 day
[Easter 2025] was late  => at 2025-04-20..2025-04-21 day
[on Thanksgiving 2025] we ate  => at 2025-11-27..2025-11-28 day
[on Mother's Day 2026]  => at 2026-05-10..2026-05-11 day
[Good Friday 2026] is free  => at 2026-04-03..2026-04-04 day
[at christmas] we sing  => at 2025-12-25..2025-12-26 day
[over easter] we flew  => at 2025-04-20..2025-04-21 day
[Memorial Day 2026]  => at 2026-05-25..2026-05-26 day
[starting Monday] I run  => since 2026-03-23.. day
[starting next month] I save  => since 2026-04-01.. month
[as of today] he leads  => since 2026-03-16.. day
[as of this morning] I'm on keto  => since 2026-03-16T05:00.. day
[from today] he leads  => since 2026-03-16.. day
[from 1 April] my budget is 55  => since 2026-04-01.. day
[from now on] I save  => since 2026-03-16T21:50.. instant
[as of now] I save  => since 2026-03-16T21:50.. instant
[from next week on] I run  => since 2026-03-23.. week
[from Monday onwards] I run  => since 2026-03-23.. day
[effective 1 July 2026] the fee is 9  => since 2026-07-01.. day
[beginning in June] I study  => since 2026-06-01.. month
[from tomorrow] I diet  => since 2026-03-17.. day
photo [from last week]  => at 2026-03-09..2026-03-16 week
leftovers [from yesterday]  => at 2026-03-15..2026-03-16 day
[from September] I study  => since 2026-09-01.. month
[until June] I rent  => until ..2026-07-01 month
[till 2012] I smoked  => until ..2013-01-01 year
[til Friday] I rest  => until ..2026-03-21 day
I stayed there [until March]  => until ..2026-04-01 month
[up to 2019] I smoked  => until ..2020-01-01 year
[through 2025] I smoked  => until ..2026-01-01 year
[until next Friday] I rest  => until ..2026-03-21 day
[until tomorrow] then  => until ..2026-03-18 day
[until 5pm] I work  => until ..2026-03-16T17:00 instant
[by Friday] I need it  => by ..2026-03-21 day
[by the 15th] I need it  => by ..2026-04-16 day
[by June 2027] we finish  => by ..2027-07-01 month
[no later than 5 May] please  => by ..2026-05-06 day
[by tomorrow] please  => by ..2026-03-18 day
[by noon] please  => by ..2026-03-16T12:00 instant
[before 2020] I smoked  => before ..2020-01-01 year
[before Christmas] we fly  => before ..2026-12-25 day
[before last summer] I smoked  => before ..2025-06-01 season
[after 2020] I ran  => after 2021-01-01.. year
[after Easter] we fly  => after 2026-04-06.. day
[after 5 May 2026] we fly  => after 2026-05-06.. day
[prior to 2010] I sang  => before ..2010-01-01 year
I've been here [for six years]  => duration 2020-03-16T21:50..2026-03-16T21:50 year
[4 yrs] here and the coffee is terrible  => duration 2022-03-16T21:50..2026-03-16T21:50 year
[4yrs] here  => duration 2022-03-16T21:50..2026-03-16T21:50 year
It's [two months now] since they put it up  => duration 2026-01-16T21:50..2026-03-16T21:50 month
[6 years] married and he forgets the flowers  => duration 2020-03-16T21:50..2026-03-16T21:50 year
[for a year] I did nothing  => duration 2025-03-16T21:50..2026-03-16T21:50 year
[for a year and a half] I did nothing  => duration 2024-09-16T21:50..2026-03-16T21:50 month
[for three and a half years]  => duration 2022-09-16T21:50..2026-03-16T21:50 month
[for 2 years and 3 months]  => duration 2023-12-16T21:50..2026-03-16T21:50 month
[for just under a year now]  => duration 2025-03-16T21:50..2026-03-16T21:50 year
[for about ten days]  => duration 2026-03-06T21:50..2026-03-16T21:50 day
it's been [a few days]!  => duration 2026-03-13T21:50..2026-03-16T21:50 day
[for half a year] I slept  => duration 2025-09-16T21:50..2026-03-16T21:50 month
[for the last 3 years] I slept  => since 2023-03-16T21:50.. year
[for the past two weeks] I slept  => since 2026-03-02T21:50.. week
[for the last couple of months] I slept  => since 2026-01-16T21:50.. month
[for the past year] I slept  => since 2025-03-16T21:50.. year
[in the last two weeks] I slept  => at 2026-03-02T21:50..2026-03-16T21:50 week
[over the past year] I grew  => at 2025-03-16T21:50..2026-03-16T21:50 year
[in the past week] I grew  => at 2026-03-09T21:50..2026-03-16T21:50 week
[during the last 6 months] I grew  => at 2025-09-16T21:50..2026-03-16T21:50 month
[the past few weeks] were hard  => at 2026-02-23T21:50..2026-03-16T21:50 week
[for the next two weeks] I fast  => between 2026-03-16T21:50..2026-03-30T21:50 week
[over the next 3 months] we build  => between 2026-03-16T21:50..2026-06-16T21:50 month
I go bouldering [every Thursday].  => recurring
[every other Friday] we bowl  => recurring
[on Saturdays] I bake  => recurring
[on Saturdays and Sundays] I bake  => recurring
[Mondays] are hard  => recurring
[weekends] only  => recurring
open [Mon-Fri] only  => recurring
open [Monday to Friday]  => recurring
[every day] I run  => recurring
[every morning] I run  => recurring
[every 2 weeks] I clean  => recurring
[every year] we ski  => recurring
[twice a week] I swim  => recurring
[once a month] I fast  => recurring
[3 times a week] I swim  => recurring
[daily] standup is short  => recurring
[each Sunday] I bake  => recurring
[every summer] we swim  => recurring
[every other week] I swim  => recurring
[from 9am to 5pm] I work  => recurring
[the summer of '09] was hot  => at 2009-06-01..2009-09-01 season
[in '98] we met  => at 1998-01-01..1999-01-01 year
[in sept 2023] I joined  => at 2023-09-01..2023-10-01 month
[in Sept. 2023] I joined  => at 2023-09-01..2023-10-01 month
[in febuary 2024] I joined  => at 2024-02-01..2024-03-01 month
on Wendsday? no, [on wensday] we ski  => at 2026-03-18..2026-03-19 day
[on the 31st of December 2025]  => at 2025-12-31..2026-01-01 day
[31 December, 2025]  => at 2025-12-31..2026-01-01 day
[December 31, 2025]  => at 2025-12-31..2026-01-01 day
[Dec 31st] we dance  => at 2025-12-31..2026-01-01 day
[in the year 2050] we rest  => at 2050-01-01..2051-01-01 year
[sometime in May 2024]  => at 2024-05-01..2024-06-01 month
[around 2015] I moved  => at 2015-01-01..2016-01-01 year
[throughout 2022] I slept  => at 2022-01-01..2023-01-01 year
[during March 2021] I slept  => at 2021-03-01..2021-04-01 month
[over the summer] I will sleep  => at 2026-06-01..2026-09-01 season
[during the winter of 2021] I slept  => at 2021-12-01..2022-03-01 season
[in 2026] and [in 2027]  => at 2026-01-01..2027-01-01 year; at 2027-01-01..2028-01-01 year
[today] and [on Sunday] I rest  => at 2026-03-16..2026-03-17 day; at 2026-03-22..2026-03-23 day
[the 3rd quarter of 2024]  => at 2024-07-01..2024-10-01 quarter
[the 1st Monday of June 2026]  => at 2026-06-01..2026-06-02 day
[since the 1st of March]  => since 2026-03-01.. day
[since last week]  => since 2026-03-09.. week
[since last night]  => since 2026-03-15T18:00.. day
[since Tuesday]  => since 2026-03-10.. day
[since the beginning of the year]  => since 2026-01-01.. year
[as of Monday] I run  => since 2026-03-23.. day
started [on 3 Jan 2025]  => at 2025-01-03..2025-01-04 day
[from 2010 through 2014]  => between 2010-01-01..2015-01-01 year
[2019 to 2021] at Acme  => between 2019-01-01..2022-01-01 year
[Jan 2020 - Mar 2021] at Acme  => between 2020-01-01..2021-04-01 month
[Mar 2020 – Apr 2021] at Acme  => between 2020-03-01..2021-05-01 month
[today]'s lunch was nice  => at 2026-03-16..2026-03-17 day
[Next Wednesday] or [next thu]  => at 2026-03-18..2026-03-19 day; at 2026-03-19..2026-03-20 day
see you [on friday morning]  => at 2026-03-20T05:00..2026-03-20T12:00 day
[next friday evening] we eat  => at 2026-03-20T18:00..2026-03-21 day
[last tuesday night] we ate  => at 2026-03-10T18:00..2026-03-11T06:00 day
[this Wednesday] we eat  => at 2026-03-18..2026-03-19 day
I'll call you [in half an hour]  => at 2026-03-16T22:20..2026-03-16T22:21 instant
[in the next 3 days] I fly  => between 2026-03-16T21:50..2026-03-19T21:50 day
[the next few days] are full  => between 2026-03-16T21:50..2026-03-19T21:50 day
[within the last month] I ran  => at 2026-02-16T21:50..2026-03-16T21:50 month
[by the end of August]  => by ..2026-09-01 month
[before the end of the month]  => before ..2026-03-27 month
[after last weekend]  => after 2026-03-16.. day
[until the 20th]  => until ..2026-03-21 day
[from the 20th] I fast  => since 2026-03-20.. day
[every weekend] we hike  => recurring
[most weekends] we hike  => recurring
[a month ago]  => at 2026-02-16..2026-02-17 month
[3 months ago]  => at 2025-12-16..2025-12-17 month
[18 months ago]  => at 2024-09-16..2024-09-17 month
it was [about a week ago]  => at 2026-03-09..2026-03-10 week
[nearly 3 decades ago]  => at 1996-03-16..1996-03-17 decade
[two weekends ago]  => at 2026-03-07..2026-03-09 day
[the winter of 2020]  => at 2020-12-01..2021-03-01 season
[late summer 2019]  => at 2019-08-01..2019-09-01 season
[the late 90s]  => at 1996-09-01..2000-01-01 decade
[in mid October]  => at 2025-10-11..2025-10-22 month
[mid-October 2022]  => at 2022-10-11..2022-10-22 month
[early next year]  => at 2027-01-01..2027-05-01 year
[late last year]  => at 2025-09-01..2026-01-01 year
[at the end of 2019]  => at 2019-11-01..2020-01-01 year
[since mid 2020]  => since 2020-05-01.. year
[since early January]  => since 2026-01-01.. month
[until late March]  => until ..2026-04-01 month
[by mid April]  => by ..2026-04-21 month
[Wednesday, April 1st, 8:00 PM - 8:20 PM]  => between 2026-04-01T20:00..2026-04-01T20:20 instant
[Friday 9am to 5pm] we pack  => between 2026-03-20T09:00..2026-03-20T17:00 instant
[the 15th of last month] it rang  => at 2026-02-15..2026-02-16 day
[Friday, May 1st] is free  => at 2026-05-01..2026-05-02 day
[Monday, Dec 22nd] was busy  => at 2025-12-22..2025-12-23 day
Haven't talked [in a few days]  => duration 2026-03-13T21:50..2026-03-16T21:50 day
she hasn't smoked [in 3 years]  => duration 2023-03-16T21:50..2026-03-16T21:50 year
moving [in two weeks], I signed the lease  => at 2026-03-30..2026-03-31 week
I gave notice at the bank, my last day is [30 june]  => at 2026-06-30..2026-07-01 day
she drives a van [from 2011]  => at 2011-01-01..2012-01-01 year
[From 2011] I drove a van.  => since 2011-01-01.. year
they handed the van in [yesterday]  => at 2026-03-15..2026-03-16 day
we focus on [today]  => at 2026-03-16..2026-03-17 day
another monday done
"""

NOT_TIMES = """
You may go home
May I come in?
I may be late
we march on
they march for peace
April said hi
June is my sister
my daughter May sings
August is a nice name for my son
I fell and had a fall
leaves fall from the tree
spring rolls and onion soup
24/7 support
upgrade to v1.2.3 please
version 2024 is out
it costs $18 a month
it costs 2019 euros? no, €2019
my 1:1s are boring
2 for 1 on pizza
room 2019 is locked
my phone is an S22
call 555-1234 for help
call +49 151 23456789
mid 20s and single
he is in his 70s
in my 30s I ran
she is 4 years old
a 4-year-old boy
a 10 year old dog
a two-week trip
a one-year project
just a second please
second thoughts
the second one is better
one day I'll learn it
some day soon we meet
at the end of the day it is fine
the other day I saw a fox
these days I cycle
all day long
day one of many
give me a sec
in a minute
the sun is out
the cat sat on the mat
mon ami is French
we wed in church
thu is no word
I sat down
since then I sleep
since I was young
since you live in Chicago
since we last talked
until I met him
until the final buzzer
last time I checked
next time I win
the last book I read
my next move
the last one
what's next
last but not least
the first floor
on the 1st floor
the 2nd time I fell
the 21st century is odd
my 30th birthday was fun
COVID-19 is back
a B-52 flew by
GPT-4 is large
the 2:1 win
we won 3-1 again
a 50/50 split
9/11 changed it
chapter 12 is long
it is 30% off
it weighs 2.5 kg
1,200 people came
10,000 steps
1080p video
flight 2020 is late
top 10 of 100
I have 2 cats and 15 boxes
a dozen eggs
Cyberpunk 2077 is a game
have a nice day
have a great week
good morning everyone
good night
happy new year
merry christmas
happy birthday
black friday deals
the christmas tree is up
summer camp was fun
my summer breeze
warm summer air
years and years
long time no see
for ages
for years
a while ago
recently I slept
night owl and morning person
a day off
weekend warrior
light years away
fiscal year results
we need 2 eggs per day
100 mph is fast
3x4 tiles
model 2021 is here
year round
no way
31 February 2024 is no date
45 May is no date
the time being
second hand
this time it works
a list of 3D assets
the first few weeks
"""

GERMAN = """
[ab 1. oktober 2025] wohne ich in Leipzig  => since 2025-10-01.. day
[ab 1. Oktober] wohne ich in Leipzig  => since 2025-10-01.. day
[seit März] bin ich hier  => since 2025-03-01.. month
[seit gestern] bin ich krank  => since 2025-08-18.. day
[seit 2020] wohne ich hier  => since 2020-01-01.. year
[seit zwei Jahren] wohne ich hier  => since 2023-08-19T20:45.. year
[seit drei Wochen] schlafe ich schlecht  => since 2025-07-29T20:45.. week
[seit letztem Dienstag]  => since 2025-08-12.. day
ich bin [am Freitag] umgezogen  => at 2025-08-15..2025-08-16 day
ich werde [am Freitag] umziehen  => at 2025-08-22..2025-08-23 day
[letzte Woche] war hart  => at 2025-08-11..2025-08-18 week
[nächsten Monat] ziehe ich um  => at 2025-09-01..2025-10-01 month
[letztes Jahr] war ich in Rom  => at 2024-01-01..2025-01-01 year
[dieses Wochenende] male ich  => at 2025-08-23..2025-08-25 day
[letztes Wochenende] war toll  => at 2025-08-16..2025-08-18 day
[am Wochenende] waren wir wandern  => at 2025-08-16..2025-08-18 day
[von 2015 bis 2018] lebte ich in Rom  => between 2015-01-01..2019-01-01 year
[von Oktober 2016 bis Juli 2019] studierte ich  => between 2016-10-01..2019-08-01 month
[zwischen März und Mai 2020]  => between 2020-03-01..2020-06-01 month
[bis Ende August] bleibe ich  => until ..2025-09-01 month
[bis Freitag] brauche ich das  => until ..2025-08-23 day
[bis 2012] habe ich geraucht  => until ..2013-01-01 year
[vor zwei Wochen] bin ich umgezogen  => at 2025-08-05..2025-08-06 week
[vor einem Jahr] bin ich umgezogen  => at 2024-08-19..2024-08-20 year
[vor anderthalb Jahren]  => at 2024-02-19..2024-02-20 month
[in drei Tagen] fliege ich  => at 2025-08-22..2025-08-23 day
[heute] habe ich gekündigt  => at 2025-08-19..2025-08-20 day
[morgen] fliege ich  => at 2025-08-20..2025-08-21 day
[übermorgen] fliege ich  => at 2025-08-21..2025-08-22 day
[vorgestern] war ich da  => at 2025-08-17..2025-08-18 day
[heute Abend] koche ich  => at 2025-08-19T18:00..2025-08-20 day
[gestern Nacht] schlief ich  => at 2025-08-18T18:00..2025-08-19T06:00 day
[am 5. Mai 2024] war es  => at 2024-05-05..2024-05-06 day
[am 05.06.2025] war es  => at 2025-06-05..2025-06-06 day
[im Mai 2024] war es  => at 2024-05-01..2024-06-01 month
[im Sommer 2019] war es  => at 2019-06-01..2019-09-01 season
[Anfang März] war es  => at 2025-03-01..2025-03-06 month
[Mitte 2021] war es  => at 2021-05-01..2021-09-01 year
[Ende letzten Jahres] war es  => at 2024-11-01..2025-01-01 year
[an Weihnachten] war es schön  => at 2024-12-25..2024-12-26 day
[um 10:30 Uhr] war ich da  => at 2025-08-19T10:30..2025-08-19T10:31 instant
[um 15 Uhr am Freitag]  => at 2025-08-22T15:00..2025-08-22T15:01 instant
[jeden Donnerstag] klettere ich  => recurring
[samstags] backe ich  => recurring
[alle zwei Wochen] putze ich  => recurring
[ab sofort] spare ich  => since 2025-08-19T20:45.. instant
[ab heute] spare ich  => since 2025-08-19.. day
[vom 3. bis 7. Juni] bin ich weg  => between 2025-06-03..2025-06-08 day
[sechs Jahre lang] habe ich gesungen  => duration 2019-08-19T20:45..2025-08-19T20:45 year
[für zwei Monate] bin ich da  => duration 2025-06-19T20:45..2025-08-19T20:45 month
2019 war schön
[im Jahr 2019] war es  => at 2019-01-01..2020-01-01 year
guten Morgen zusammen
eines Tages lerne ich es
sie ist 4 Jahre alt
mein Hund Jan bellt
Zimmer 2019
"""

SPANISH = """
al final nos mudamos a Valencia [el viernes], ya estamos  => at 2025-09-12..2025-09-13 day
[el sábado] viene a cenar mi amiga Lucía  => at 2025-09-20..2025-09-21 day
vivo aquí [desde marzo]  => since 2025-03-01.. month
vivo aquí [desde 2020]  => since 2020-01-01.. year
vivo aquí [desde hace dos años]  => since 2023-09-15.. year
[desde ayer] estoy enferma  => since 2025-09-14.. day
[de 2015 a 2018] viví en Roma  => between 2015-01-01..2019-01-01 year
[desde octubre de 2016 hasta julio de 2019] estudié  => between 2016-10-01..2019-08-01 month
[entre marzo y mayo de 2020]  => between 2020-03-01..2020-06-01 month
[la semana pasada] fue dura  => at 2025-09-08..2025-09-15 week
[el mes pasado] fue duro  => at 2025-08-01..2025-09-01 month
[el año pasado] fue duro  => at 2024-01-01..2025-01-01 year
[la próxima semana] viajo  => at 2025-09-22..2025-09-29 week
[el mes que viene] viajo  => at 2025-10-01..2025-11-01 month
[este fin de semana] pinto  => at 2025-09-20..2025-09-22 day
[el fin de semana pasado] pinté  => at 2025-09-13..2025-09-15 day
[hace dos semanas] me mudé  => at 2025-09-01..2025-09-02 week
[hace un año] me mudé  => at 2024-09-15..2024-09-16 year
[hace un año y medio] me mudé  => at 2024-03-15..2024-03-16 month
[dentro de tres días] viajo  => at 2025-09-18..2025-09-19 day
[en dos semanas] viajo  => at 2025-09-29..2025-09-30 week
[hoy] renuncié  => at 2025-09-15..2025-09-16 day
[mañana] viajo  => at 2025-09-16..2025-09-17 day
[pasado mañana] viajo  => at 2025-09-17..2025-09-18 day
[anteayer] llovió  => at 2025-09-13..2025-09-14 day
[anoche] llovió  => at 2025-09-14T18:00..2025-09-15T06:00 day
[ayer por la tarde] llovió  => at 2025-09-14T12:00..2025-09-14T18:00 day
[esta noche] cocino  => at 2025-09-15T18:00..2025-09-16T06:00 day
[el 5 de mayo de 2024] llovió  => at 2024-05-05..2024-05-06 day
[el 5 de mayo] viajo  => at 2025-05-05..2025-05-06 day
[el 05/06/2025] llovió  => at 2025-06-05..2025-06-06 day
[en mayo de 2024] llovió  => at 2024-05-01..2024-06-01 month
[en verano de 2019] llovió  => at 2019-06-01..2019-09-01 season
[el verano pasado] llovió  => at 2025-06-01..2025-09-01 season
[a principios de marzo] llovió  => at 2025-03-01..2025-03-06 month
[a finales de 2021] llovió  => at 2021-11-01..2022-01-01 year
[hasta finales de agosto] me quedo  => until ..2026-09-01 month
[hasta el viernes] me quedo  => until ..2025-09-20 day
[a partir del 1 de octubre] vivo en León  => since 2025-10-01.. day
[a partir de hoy] ahorro  => since 2025-09-15.. day
[a partir de ahora] ahorro  => since 2025-09-15T10:02.. instant
[en navidad] comimos  => at 2025-12-25..2025-12-26 day
[a las 3 de la tarde] comemos  => at 2025-09-15T15:00..2025-09-15T15:01 instant
[el viernes a las 10:30] comemos  => at 2025-09-19T10:30..2025-09-19T10:31 instant
[todos los jueves] escalo  => recurring
[los sábados] horneo  => recurring
[cada dos semanas] limpio  => recurring
[seis años] viví allí  => duration 2019-09-15T10:02..2025-09-15T10:02 year
[durante dos meses] viví allí  => duration 2025-07-15T10:02..2025-09-15T10:02 month
[del 3 al 7 de junio] viajo  => between 2025-06-03..2025-06-08 day
[el próximo viernes] viajo  => at 2025-09-19..2025-09-20 day
[el martes pasado] viajé  => at 2025-09-09..2025-09-10 day
[antes de 2020] fumaba  => before ..2020-01-01 year
buenos días a todos
tengo 4 años
un día de estos lo aprendo
mi primo Julio canta
habitación 2019
"""

FRENCH = """
coucou, je suis inscrite chez Basic-Fit [depuis hier], bonne résolution  => since 2025-09-14.. day
j'habite ici [depuis mars]  => since 2025-03-01.. month
j'habite ici [depuis 2020]  => since 2020-01-01.. year
j'habite ici [depuis deux ans]  => since 2023-09-15T10:02.. year
j'habite ici [depuis le 5 mai]  => since 2025-05-05.. day
[de 2015 à 2018] j'ai vécu à Rome  => between 2015-01-01..2019-01-01 year
[d'octobre 2016 à juillet 2019] j'ai étudié  => between 2016-10-01..2019-08-01 month
[entre mars et mai 2020]  => between 2020-03-01..2020-06-01 month
[la semaine dernière] c'était dur  => at 2025-09-08..2025-09-15 week
[le mois dernier] c'était dur  => at 2025-08-01..2025-09-01 month
[l'année dernière] c'était dur  => at 2024-01-01..2025-01-01 year
[la semaine prochaine] je pars  => at 2025-09-22..2025-09-29 week
[le mois prochain] je pars  => at 2025-10-01..2025-11-01 month
[ce week-end] je peins  => at 2025-09-20..2025-09-22 day
[le week-end dernier] j'ai peint  => at 2025-09-13..2025-09-15 day
[il y a deux semaines] j'ai déménagé  => at 2025-09-01..2025-09-02 week
[il y a un an et demi] j'ai déménagé  => at 2024-03-15..2024-03-16 month
[dans trois jours] je pars  => at 2025-09-18..2025-09-19 day
[aujourd'hui] j'ai démissionné  => at 2025-09-15..2025-09-16 day
[demain] je pars  => at 2025-09-16..2025-09-17 day
[après-demain] je pars  => at 2025-09-17..2025-09-18 day
[avant-hier] il a plu  => at 2025-09-13..2025-09-14 day
[hier soir] il a plu  => at 2025-09-14T18:00..2025-09-15 day
[ce soir] je cuisine  => at 2025-09-15T18:00..2025-09-16 day
[le 5 mai 2024] il a plu  => at 2024-05-05..2024-05-06 day
[le 1er octobre 2025] je pars  => at 2025-10-01..2025-10-02 day
[le 05/06/2025] il a plu  => at 2025-06-05..2025-06-06 day
[en mai 2024] il a plu  => at 2024-05-01..2024-06-01 month
[à l'été 2019] il a plu  => at 2019-06-01..2019-09-01 season
[début mars] il a plu  => at 2026-03-01..2026-03-06 month
[mi-2021] il a plu  => at 2021-05-01..2021-09-01 year
[fin 2021] il a plu  => at 2021-11-01..2022-01-01 year
[jusqu'à fin août] je reste  => until ..2026-09-01 month
[jusqu'en 2012] je fumais  => until ..2013-01-01 year
[jusqu'à vendredi] je reste  => until ..2025-09-20 day
[à partir du 1er octobre] j'habite à Lyon  => since 2025-10-01.. day
[à partir d'aujourd'hui] j'économise  => since 2025-09-15.. day
[dès demain] j'économise  => since 2025-09-16.. day
[à noël] nous mangeons  => at 2025-12-25..2025-12-26 day
[à 15h] nous mangeons  => at 2025-09-15T15:00..2025-09-15T15:01 instant
[vendredi à 10h30] nous mangeons  => at 2025-09-19T10:30..2025-09-19T10:31 instant
[tous les jeudis] je grimpe  => recurring
[chaque jeudi] je grimpe  => recurring
[toutes les deux semaines] je nettoie  => recurring
[pendant six ans] j'ai chanté  => duration 2019-09-15T10:02..2025-09-15T10:02 year
[du 3 au 7 juin] je pars  => between 2026-06-03..2026-06-08 day
[vendredi prochain] je pars  => at 2025-09-19..2025-09-20 day
[mardi dernier] je suis parti  => at 2025-09-09..2025-09-10 day
[avant 2020] je fumais  => before ..2020-01-01 year
j'ai 4 ans
bonne journée à tous
la planète Mars est rouge
chambre 2019
"""

PORTUGUESE = """
mudei-me para Faro [este fim de semana] por causa do trabalho  => at 2025-09-13..2025-09-15 day
afinal voltei para Coimbra [no sábado], tinha saudades  => at 2025-09-13..2025-09-14 day
moro aqui [desde março]  => since 2025-03-01.. month
moro aqui [desde 2020]  => since 2020-01-01.. year
moro aqui [há dois anos]  => at 2023-09-15..2023-09-16 year
[desde ontem] estou doente  => since 2025-09-14.. day
[de 2015 a 2018] vivi em Roma  => between 2015-01-01..2019-01-01 year
[de outubro de 2016 até julho de 2019] estudei  => between 2016-10-01..2019-08-01 month
[entre março e maio de 2020]  => between 2020-03-01..2020-06-01 month
[na semana passada] foi duro  => at 2025-09-08..2025-09-15 week
[o mês passado] foi duro  => at 2025-08-01..2025-09-01 month
[no ano passado] foi duro  => at 2024-01-01..2025-01-01 year
[na próxima semana] viajo  => at 2025-09-22..2025-09-29 week
[no mês que vem] viajo  => at 2025-10-01..2025-11-01 month
[no fim de semana passado] pintei  => at 2025-09-13..2025-09-15 day
[há duas semanas] mudei de casa  => at 2025-09-01..2025-09-02 week
[há um ano e meio] mudei  => at 2024-03-15..2024-03-16 month
[daqui a três dias] viajo  => at 2025-09-18..2025-09-19 day
[hoje] saí  => at 2025-09-15..2025-09-16 day
[amanhã] viajo  => at 2025-09-16..2025-09-17 day
[depois de amanhã] viajo  => at 2025-09-17..2025-09-18 day
[anteontem] choveu  => at 2025-09-13..2025-09-14 day
[ontem à noite] choveu  => at 2025-09-14T18:00..2025-09-15T06:00 day
[esta noite] cozinho  => at 2025-09-15T18:00..2025-09-16T06:00 day
[no dia 5 de maio de 2024] choveu  => at 2024-05-05..2024-05-06 day
[a 5 de maio de 2024] choveu  => at 2024-05-05..2024-05-06 day
[em 05/06/2025] choveu  => at 2025-06-05..2025-06-06 day
[em maio de 2024] choveu  => at 2024-05-01..2024-06-01 month
[no verão de 2019] choveu  => at 2019-06-01..2019-09-01 season
[no início de março] choveu  => at 2025-03-01..2025-03-06 month
[no fim de 2021] choveu  => at 2021-11-01..2022-01-01 year
[até ao fim de agosto] fico  => until ..2026-09-01 month
[até sexta-feira] fico  => until ..2025-09-20 day
[a partir de 1 de outubro] moro em Lagos  => since 2025-10-01.. day
[a partir de hoje] poupo  => since 2025-09-15.. day
[a partir de agora] poupo  => since 2025-09-15T10:02.. instant
[no natal] comemos  => at 2025-12-25..2025-12-26 day
[às 15h] comemos  => at 2025-09-15T15:00..2025-09-15T15:01 instant
[na sexta às 10:30] comemos  => at 2025-09-19T10:30..2025-09-19T10:31 instant
[todas as quintas] escalo  => recurring
[aos sábados] cozinho  => recurring
[a cada duas semanas] limpo  => recurring
[seis anos] vivi lá  => duration 2019-09-15T10:02..2025-09-15T10:02 year
[na próxima sexta] viajo  => at 2025-09-19..2025-09-20 day
[na terça passada] viajei  => at 2025-09-09..2025-09-10 day
[antes de 2020] fumava  => before ..2020-01-01 year
bom dia a todos
tenho 4 anos
o quarto 2019 está livre
"""

OTHER_LANGUAGES = {
    "de": (GERMAN, datetime(2025, 8, 19, 20, 45, tzinfo=UTC)),
    "es": (SPANISH, datetime(2025, 9, 15, 10, 2, tzinfo=UTC)),
    "fr": (FRENCH, datetime(2025, 9, 15, 10, 2, tzinfo=UTC)),
    "pt": (PORTUGUESE, datetime(2025, 9, 15, 10, 2, tzinfo=UTC)),
}


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]


def stamp(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.strftime(
        "%Y-%m-%d" if (moment.hour, moment.minute) == (0, 0) else "%Y-%m-%dT%H:%M"
    )


def told(expression: TimeExpression) -> str:
    if expression.role is Role.RECURRING:
        assert expression.interval_start is None and expression.interval_end is None
        return "recurring"
    span = f"{stamp(expression.interval_start)}..{stamp(expression.interval_end)}"
    return f"{expression.role} {span} {expression.precision}"


def shown(text: str, anchor: datetime, language: str) -> str:
    """A table's line for what was found in a text."""
    found = find_times(text, anchor=anchor, language=language)
    out, position = "", 0
    for expression in found:
        assert expression.text == text[expression.start : expression.end]
        out += f"{text[position : expression.start]}[{expression.text}]"
        position = expression.end
    meanings = "; ".join(map(told, found))
    return out + text[position:] + (f"  => {meanings}" if found else "")


def plain(line: str) -> str:
    return re.sub(r"[\[\]]", "", line.partition("  => ")[0])


@pytest.mark.parametrize("line", lines(ENGLISH))
def test_english(line: str) -> None:
    assert shown(plain(line), ENGLISH_ANCHOR, "en") == line


@pytest.mark.parametrize("line", lines(NOT_TIMES))
def test_what_only_looks_like_a_time(line: str) -> None:
    assert shown(line, ENGLISH_ANCHOR, "en") == line


@pytest.mark.parametrize(
    ("language", "line"),
    [(language, line) for language, (table, _) in OTHER_LANGUAGES.items() for line in lines(table)],
)
def test_other_languages(language: str, line: str) -> None:
    assert shown(plain(line), OTHER_LANGUAGES[language][1], language) == line


def only(text: str, anchor: str = "2026-03-16T21:50:00+00:00", **options: object) -> TimeExpression:
    found = find_times(text, anchor=datetime.fromisoformat(anchor), **options)  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found[0]


def test_upper_case_and_curly_apostrophes_do_not_matter() -> None:
    assert told(only("SINCE LAST TUESDAY")) == "since 2026-03-10.. day"
    assert told(only("on New Year’s Eve 2025")) == "at 2025-12-31..2026-01-01 day"


def test_direction_chooses_between_the_past_and_the_coming_one() -> None:
    assert told(only("on Friday", direction="past")) == "at 2026-03-13..2026-03-14 day"
    assert told(only("on Friday", direction="future")) == "at 2026-03-20..2026-03-21 day"
    assert told(only("on 14 April", direction="past")) == "at 2025-04-14..2025-04-15 day"
    assert told(only("in October", direction="future")) == "at 2026-10-01..2026-11-01 month"
    assert told(only("until June", direction="past")) == "until ..2025-07-01 month"


def test_since_is_past_whatever_the_direction() -> None:
    assert told(only("since March", direction="future")) == "since 2026-03-01.. month"


def test_a_date_without_a_year_is_the_nearest() -> None:
    assert told(only("14 April", "2026-03-01T12:00:00+00:00")) == "at 2026-04-14..2026-04-15 day"
    assert told(only("14 April", "2026-05-01T12:00:00+00:00")) == "at 2026-04-14..2026-04-15 day"
    assert told(only("20 December", "2026-01-10T12:00:00+00:00")) == "at 2025-12-20..2025-12-21 day"
    assert told(only("29 February", "2026-01-10T12:00:00+00:00")) == "at 2024-02-29..2024-03-01 day"


def test_this_weekend_told_in_the_past_is_the_one_just_gone() -> None:
    monday = "2025-09-08T10:00:00+00:00"
    assert told(only("I moved back this weekend.", monday)) == "at 2025-09-06..2025-09-08 day"
    assert told(only("I am off this weekend.", monday)) == "at 2025-09-13..2025-09-15 day"


def test_days_are_those_of_the_zone() -> None:
    lisbon, tokyo = ZoneInfo("Europe/Lisbon"), timezone(timedelta(hours=9))
    summer = "2026-07-01T22:30:00+00:00"
    assert told(only("today", summer, zone=lisbon)) == "at 2026-06-30T23:00..2026-07-01T23:00 day"
    assert told(only("today", summer, zone=tokyo)) == "at 2026-07-01T15:00..2026-07-02T15:00 day"
    assert (
        told(only("at 10:30", summer, zone=tokyo))
        == "at 2026-07-02T01:30..2026-07-02T01:31 instant"
    )


def test_a_day_keeps_its_length_where_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = only("on 29 March 2026", zone=berlin)
    assert day.interval_start is not None and day.interval_end is not None
    assert day.interval_end - day.interval_start == timedelta(hours=23)


def test_an_anchor_in_another_zone_means_the_same() -> None:
    anchor = datetime(2026, 3, 17, 6, 50, tzinfo=timezone(timedelta(hours=9)))
    (here,) = find_times("yesterday", anchor=anchor)
    assert told(here) == "at 2026-03-15..2026-03-16 day"
    assert here.interval_start is not None and here.interval_start.tzinfo is UTC


def test_a_naive_anchor_is_refused() -> None:
    with pytest.raises(TimeError, match="anchor"):
        find_times("today", anchor=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_language_without_a_grammar_gets_dates_in_figures() -> None:
    text = "2026-01-05 に引っ越しました yesterday"
    (found,) = find_times(text, anchor=ENGLISH_ANCHOR, language="ja")
    assert found.text == "2026-01-05"
    for strange in ("", "..", "../time.en", "x" * 300, "é"):
        assert find_times("yesterday", anchor=ENGLISH_ANCHOR, language=strange) == ()


def test_a_region_does_not_matter() -> None:
    (found,) = find_times("desde ontem", anchor=ENGLISH_ANCHOR, language="pt-BR")
    assert found.role is Role.SINCE


def test_times_that_there_are_not_are_left_out() -> None:
    for text in ("on 31 April 2025", "since 30 February", "from 2018 to 2015", "in 9999 decades"):
        assert find_times(text, anchor=ENGLISH_ANCHOR) == (), text


def test_the_ends_of_the_calendar_do_not_raise() -> None:
    for naive in (datetime.min, datetime.max):  # noqa: DTZ901
        anchor = naive.replace(tzinfo=UTC)
        for text in lines(ENGLISH):
            for zone in (UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Lima")):
                find_times(plain(text), anchor=anchor, zone=zone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_of_a_grammar_exists(language: str) -> None:
    grammar = load(language)
    used = {rule.op for rules in grammar.passes for rs in rules.by_symbol.values() for rule in rs}
    assert used - OPERATIONS.keys() <= {"none", "frame"}


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [("<nowhere>", "nowhere"), ("( a", "brackets"), ("a )", "brackets"), ("a ?", "match nothing")],
)
def test_a_wrong_pattern_is_named(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        compile_grammar(f"""[[point]]
kind = "day"
op = "day"
match = ["{pattern}"]""")


def test_the_cheap_test_loses_nothing() -> None:
    """Each expression of the tables is found alone too, where only its own words can trigger."""
    for language, (table, anchor) in {"en": (ENGLISH, ENGLISH_ANCHOR), **OTHER_LANGUAGES}.items():
        for line in lines(table):
            for text in re.findall(r"\[(.*?)\]", line):
                assert find_times(text, anchor=anchor, language=language), (language, text)


PIECES = sorted({piece for line in lines(ENGLISH + NOT_TIMES) for piece in plain(line).split()})
anchors = st.datetimes(timezones=st.just(UTC))
any_text = st.text(st.characters(codec=None, categories=None), max_size=200)
soup = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)


def check(text: str, anchor: datetime, language: str) -> None:
    position = 0
    for found in find_times(text, anchor=anchor, language=language):
        assert position <= found.start < found.end <= len(text)
        assert found.text == text[found.start : found.end]
        assert isinstance(found.precision, Precision)
        if found.interval_start is not None and found.interval_end is not None:
            assert found.interval_start < found.interval_end
        position = found.end


@given(any_text, anchors, st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_any_text(text: str, anchor: datetime, language: str) -> None:
    check(text, anchor, language)


@given(soup, anchors, st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_any_order_of_time_words(text: str, anchor: datetime, language: str) -> None:
    check(text, anchor, language)


@pytest.mark.parametrize("language", ("en", "fr"))
@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1.",
        "1-",
        "12:",
        "a ",
        "the ",
        "last ",
        "from 2015 to ",
        "may ",
        "1 ",
        "' ",
        "'09",
        "on on ",
        "first ",
        "\ud800",
        "5 May ",
        "in the early ",
        "\n",
        "é",
        "'",
        "\ue000",
        "of the ",
    ],
)
def test_a_hundred_thousand_characters(unit: str, language: str) -> None:
    text = "today " + unit * (100_000 // len(unit))
    assert find_times(text[:60], anchor=ENGLISH_ANCHOR, language=language) is not None
    check(text, ENGLISH_ANCHOR, language)


def test_a_time_span_after_another_time_is_read_without_error() -> None:
    """The word list of "haven't … in" is asked about words alone, not about times read before."""
    found = find_times("today, in 27 minutes", anchor=datetime(2026, 3, 4, 12, tzinfo=UTC))
    assert [time.text for time in found] == ["today", "in 27 minutes"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_that_counts_in_units_says_which(language: str) -> None:
    grammar = load(language)
    counting = [
        rule
        for rules in grammar.passes
        for starting in rules.by_symbol.values()
        for rule in starting
        if rule.op in {"unit", "part_of", "offset", "neighbour"}
    ]
    assert counting or language == "und"
    unsaid = [rule for rule in counting if "unit" not in {*rule.constants, *rule.slots}]
    assert [rule.symbols.pattern for rule in unsaid] == []
