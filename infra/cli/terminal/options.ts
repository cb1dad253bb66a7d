import { InvalidArgumentError } from 'commander';
import { isAccountId, isUsername } from '../../../shared/messages/formats.ts';
import { cleaned } from './clean.ts';

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

/** Where X has profiles; what follows these names on it is no account. */
const PROFILE = /^(?:https?:\/\/)?(?:www\.|mobile\.)?(?:x|twitter)\.com\/@?([A-Za-z0-9_]+)\/?(?:[?#].*)?$/i;
const NO_PROFILES =
  'about account bookmarks communities compose download explore hashtag home i intent jobs lists login logout ' +
  'messages notifications privacy search settings share signup tos who_to_follow';
/** How programs write a cell in which there is nothing. */
const NOTHING = ['none', 'nan', 'na', 'nat', 'null', 'nil', 'undefined', 'true', 'false'];

/**
 * An account as people name it: a username with or without @, the address of its profile, or `id:` and its digits; else
 * what is wrong with it. What may be something else than a username needs its @: a stranger would be paid for.
 */
export function usernameOf(given: string): { username: string; id?: string } | string {
  const [, profile] = PROFILE.exec(given) ?? [];
  if (profile !== undefined && !NO_PROFILES.split(' ').includes(profile.toLowerCase()))
    return usernameOf(`@${profile}`);
  const id = given.replace(/^id:/i, '');
  if (id !== given && isAccountId(id)) return { username: id, id };
  const shown = `"${cleaned(given.slice(0, 40))}"`;
  if (/^\d{1,19}$/.test(given)) return `${shown} may be an id or a username: write id:${given} or @${given}.`;
  if (NOTHING.includes(given.toLowerCase()))
    return `${shown} is how programs write nothing. Write @${given} where the account is meant.`;
  const username = given.replace(/^@/, '');
  if (isUsername(username)) return { username };
  if (/^[A-Za-z0-9_]{16,20}$/.test(username))
    return `${shown} has more than the 15 characters of a name that X can be asked by: give the id of the account (id:…).`;
  return `${shown} is no X username: 1 to 15 letters, digits or underscores.`;
}
