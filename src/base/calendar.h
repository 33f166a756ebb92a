/* The proleptic Gregorian calendar: days since 1970-01-01 and dates. Pure, any thread. */
#ifndef PAWL_BASE_CALENDAR_H
#define PAWL_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define PAWL_DAY_S INT64_C(86400)

/* Days since 1970-01-01. */
int64_t pawl_date_to_days(int64_t year, int month, int day);
void pawl_date_from_days(int64_t days, int *year, int *month, int *day);
int pawl_month_days(int64_t year, int month);
/* 0: Sunday. */
int pawl_weekday(int64_t days);
bool pawl_is_leap_year(int64_t year);

#endif
