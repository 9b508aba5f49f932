/** Days and instants the way the books write them: `/Date(ms+0000)/` outwards, `YYYY-MM-DD` (or an instant) inwards. */

const day = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/;
const wire = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;

/** Reads `YYYY-MM-DD`, an ISO instant or `/Date(ms)/` as a day `YYYY-MM-DD`; undefined when there is no such day. */
export const parseDay = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const ms = wire.exec(value);
  if (ms) return new Date(Number(ms[1])).toISOString().slice(0, 10);
  const match = day.exec(value);
  if (!match) return undefined;
  const text = `${match[1]}-${match[2]}-${match[3]}`;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === text ? text : undefined;
};

/** Milliseconds since 1970 of a day's start in UTC. */
export const dayStart = (text: string): number => Date.parse(`${text}T00:00:00Z`);

export const wireInstant = (ms: number): string => `/Date(${ms}+0000)/`;
export const wireDay = (text: string): string => wireInstant(dayStart(text));
export const dayText = (text: string): string => `${text}T00:00:00`;

/** `YYYY-MM-DDTHH:mm:ss`, without zone. */
export const instantText = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** Whole seconds, as milliseconds: change stamps are no finer. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** The day it is in a zone, `YYYY-MM-DD`. */
export const dayIn = (ms: number, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(ms));

/** `DD Month YYYY`, for texts to people. */
export const longDay = (text: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(dayStart(text)),
  );

export const addDays = (text: string, days: number): string =>
  new Date(dayStart(text) + days * 86_400_000).toISOString().slice(0, 10);
