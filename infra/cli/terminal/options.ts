import { InvalidArgumentError } from 'commander';
import { isUsername } from '../../../shared/messages/formats.ts';

/** Options of a command that may have to ask, and whose result a program may read. */
export type AnsweredOptions = { yes?: boolean; json?: boolean };

/** A parser of commander options: a whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

/** A parser of commander options: US dollars. */
export function amount(text: string): number {
  if (!/^\d+(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be an amount in US dollars, such as 12.50.');
  return Number(text);
}

/** A parser of commander options: a day (2026-11-24) or a time (2026-11-24T08:15:00Z), as milliseconds since 1970. */
export function utcTime(text: string): number {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10)))
    throw new InvalidArgumentError(
      'It must be a day such as 2026-11-24, or a time such as 2026-11-24T08:15:00Z.',
    );
  return ms;
}

/** A username with or without @, as it is without; else what is wrong with it. */
export function usernameOf(given: string): { username: string } | string {
  const username = given.replace(/^@/, '');
  if (isUsername(username)) return { username };
  return `"${given.slice(0, 40)}" is no X username: 1 to 15 letters, digits or underscores.`;
}
