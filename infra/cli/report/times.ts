/** How the report writes times, all of them UTC. */

const MONTH = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'short' });

/** 24 Nov 2026 */
export function day(iso: string): string {
  const date = new Date(iso);
  return `${date.getUTCDate()} ${MONTH.format(date)} ${date.getUTCFullYear()}`;
}

/** 24 Nov 2026, 08:15 */
export const moment = (iso: string): string => `${day(iso)}, ${TIME.format(new Date(iso))}`;

/** 24 Nov 2026, 08:15 to 09:20; the day is named twice only where there are two. */
export function interval(from: string, to: string): string {
  if (moment(from) === moment(to)) return moment(to);
  return `${moment(from)} to ${day(from) === day(to) ? TIME.format(new Date(to)) : moment(to)}`;
}
