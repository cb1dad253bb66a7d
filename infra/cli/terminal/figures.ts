/** How figures are said to people. */
const USD = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});
const CENTS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const NUMBER = new Intl.NumberFormat('en-US');

/** "$12.50", "$0.000125": nothing is rounded away. */
export const usd = (amount: number): string => USD.format(amount);

/** "$12.50": of sums, in which less than a cent says nothing. */
export const usdToTheCent = (amount: number): string => CENTS.format(amount);

/** "2,500". */
export const grouped = (number: number): string => NUMBER.format(number);

/** "1 page", "2,500 pages", "1 look-up". */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`;

/** "2026-11-24 08:15 UTC" of milliseconds since 1970, or of an ISO 8601 text. */
export const minuteOf = (time: number | string): string =>
  `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** "about 40 min": nobody can promise X's pace to the second. */
export function duration(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  if (seconds < 2 * 3600) return `about ${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `about ${Math.ceil(seconds / 3600)} h`;
  return `about ${Math.ceil(seconds / 86_400)} days`;
}
