import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { refuseFields } from './refusal.ts';

/** An instant as `new Date(x).toISOString()` writes it: UTC, milliseconds, Z. Such texts sort as the instants do. */
export type Instant = string;
/** A calendar day, `YYYY-MM-DD`. Such texts sort as the days do. */
export type DateText = string;
/** Whole seconds that fall on one day. */
export type DaySeconds = { date: DateText; seconds: number };

const dayMs = 86_400_000;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Whether `text` is a day of the calendar, years 0001 to 9999; 2026-02-30 isn't one. */
export function isDate(text: string): boolean {
  if (!datePattern.test(text) || text.startsWith('0000')) return false;
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** Refuses (`validation`) a range of days that ends before it begins; either end may be open. */
export function requireRange({ from, to }: { readonly from?: DateText | undefined; readonly to?: DateText | undefined }): void {
  if (from !== undefined && to !== undefined && to < from) refuseFields({ path: 'to', message: 'must not be before from' });
}

/** Whether `text` is an instant in exactly the one form that is stored. */
export function isInstant(text: string): boolean {
  const ms = Date.parse(text);
  return instantPattern.test(text) && !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** Whether `zone` is the name of an IANA time zone known here. Bare offsets such as +01:00 aren't: they know no rules. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    ZonedDateTime.create(0n, zone);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds since 1970 of an instant. Refuses what isn't one (`validation`). */
export function epochMs(instant: Instant): number {
  if (!isInstant(instant)) refuseFields({ path: 'instant', message: 'must be a UTC instant such as 2026-11-21T09:30:00.000Z' });
  return Date.parse(instant);
}

/** The instant of some milliseconds since 1970. */
export function instantOf(ms: number): Instant {
  return new Date(ms).toISOString();
}

/** The instant `seconds` after another; negative for before. */
export function addSeconds(instant: Instant, seconds: number): Instant {
  return instantOf(epochMs(instant) + seconds * 1000);
}

/** Whole seconds from one instant to another, the started one not counted; negative when they are the wrong way round. */
export function secondsBetween(from: Instant, to: Instant): number {
  const ms = epochMs(to) - epochMs(from);
  return ms < 0 ? -Math.floor(-ms / 1000) || 0 : Math.floor(ms / 1000);
}

/** What the wall calendar in `zone` shows at an instant. Refuses unknown zones. */
export function dateIn(zone: string, instant: Instant): DateText {
  return localDate(zoned(zone, epochMs(instant)));
}

/** The first instant that belongs to a day in `zone`. Where midnight is skipped, that is later than 00:00 on the wall. */
export function startOfDay(zone: string, date: DateText): Instant {
  return instantOf(PlainDate.toZonedDateTime(plainDate(date), checkZone(zone)).epochMilliseconds);
}

/**
 * The first instant after a day in `zone`: whatever is earlier still belongs to the day or to one before it. Where the clock goes
 * back over midnight, the day goes on after it had ended once, and this is its last end.
 */
export function endOfDay(zone: string, date: DateText): Instant {
  const next = addDays(date, 1);
  const ended = epochMs(startOfDay(zone, next));
  const back = ZonedDateTime.getTimeZoneTransition(zoned(zone, ended), 'next')?.epochMilliseconds;
  if (back === undefined || back - ended > dayMs || localDate(zoned(zone, back)) >= next) return instantOf(ended);
  // The clock stands at some time of the old day again; one more midnight follows.
  return instantOf(midnightAfter(zoned(zone, back)));
}

/**
 * Which day each elapsed second belongs to: the day the wall calendar in `zone` shows when the second begins. The seconds add up
 * to the whole elapsed seconds, on 23- and 25-hour days too. Days without a second are left out, so an empty list means that
 * less than a second passed. Days stand in the order in which they were entered, the day of the start first.
 */
export function splitByDay(zone: string, startedAt: Instant, endedAt: Instant): DaySeconds[] {
  const start = epochMs(startedAt);
  const total = Math.max(0, secondsBetween(startedAt, endedAt));
  const perDay = new Map<DateText, number>();
  let counted = 0;
  while (counted < total) {
    const now = zoned(zone, start + counted * 1000);
    const transition = ZonedDateTime.getTimeZoneTransition(now, 'next')?.epochMilliseconds ?? Infinity;
    const until = Math.min(midnightAfter(now), transition);
    const upTo = Math.min(total, Math.ceil((until - start) / 1000));
    const date = localDate(now);
    perDay.set(date, (perDay.get(date) ?? 0) + upTo - counted);
    counted = upTo;
  }
  return [...perDay].map(([date, seconds]) => ({ date, seconds }));
}

/** The day `n` days later; negative for earlier. */
export function addDays(date: DateText, n: number): DateText {
  const text = new Date(dayNumber(date) * dayMs + n * dayMs).toISOString().slice(0, 10);
  if (!isDate(text)) refuseFields({ path: 'date', message: 'is outside the years 0001 to 9999' });
  return text;
}

/** Days from one day to another: 2026-01-31 to 2026-02-01 is 1. */
export function daysBetween(from: DateText, to: DateText): number {
  return dayNumber(to) - dayNumber(from);
}

/** The Monday of the day's week (ISO 8601). */
export function weekStart(date: DateText): DateText {
  // Day 0, 1970-01-01, was a Thursday: three days after its Monday.
  const sinceMonday = (((dayNumber(date) + 3) % 7) + 7) % 7;
  return addDays(date, -sinceMonday);
}

/** The day's month, `YYYY-MM`. */
export function monthOf(date: DateText): string {
  dayNumber(date);
  return date.slice(0, 7);
}

function dayNumber(date: DateText): number {
  if (!isDate(date)) refuseFields({ path: 'date', message: 'must be a day such as 2026-11-21' });
  return Date.parse(`${date}T00:00:00.000Z`) / dayMs;
}

function plainDate(date: DateText): PlainDate.Record {
  dayNumber(date);
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return PlainDate.create(year, month, day);
}

function checkZone(zone: string): string {
  if (!isZone(zone)) refuseFields({ path: 'zone', message: 'must be an IANA time zone such as Europe/London' });
  return zone;
}

function zoned(zone: string, ms: number): ZonedDateTime.Record {
  return ZonedDateTime.create(BigInt(ms) * 1_000_000n, checkZone(zone));
}

function offsetMs(now: ZonedDateTime.Record): number {
  return ZonedDateTime.offsetNanoseconds(now) / 1_000_000;
}

function localDate(now: ZonedDateTime.Record): DateText {
  return new Date(now.epochMilliseconds + offsetMs(now)).toISOString().slice(0, 10);
}

/** The instant of the next midnight, if the clock kept its present offset until then. */
function midnightAfter(now: ZonedDateTime.Record): number {
  const local = now.epochMilliseconds + offsetMs(now);
  return now.epochMilliseconds + dayMs - (((local % dayMs) + dayMs) % dayMs);
}
