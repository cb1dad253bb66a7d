import { Option } from 'commander';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { usernameOf } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parentsFromFile } from './parents-file.ts';

/** Whom to scrape. */
export interface Selection {
  parents: RequestedParent[];
  grandparent?: Record<string, unknown>;
  /** What a person should know of how it came about. */
  notes: string[];
}

export type SelectionOptions = { file?: string; column?: string; friendsOf?: string };

export const FILE = new Option(
  '--file <file>',
  'one username a line, JSON Lines, or comma-separated values (see below); "-" is standard input',
);
export const COLUMN = new Option(
  '--column <name>',
  'with --file: the column of comma-separated values that names them',
);
/** What `--help` says of it. */
export const OF_FILES = `
A FILE has one username (or id:… or the address of a profile) a line; or is JSON Lines, with the fields
  "username"      needed
  "id"            digits as a text; with "friendsCount", nothing is looked up
  "friendsCount"  a whole number
and whatever else is to be kept as metadata; or, with --column, comma-separated values with a header, such as
"npx dodo query --csv" writes. In a column whose name ends in "id" digits are ids.`;
export const FRIENDS_OF = new Option(
  '--friends-of <username>',
  'the friends that its newest complete scrape has listed',
);

/** What can be read without a warehouse is read first, so that a mistake in it is told before all else. */
export type Chosen = { parents: RequestedParent[] } | { friendsOf: string };

/** Exactly one source: arguments, `--file` or `--friends-of`. Throws WrongUsage. */
export async function chosen(
  names: string[],
  { file, column, friendsOf }: SelectionOptions,
  terminal: Terminal,
): Promise<Chosen> {
  const given = [names.length > 0, file !== undefined, friendsOf !== undefined].filter(Boolean).length;
  if (given !== 1)
    throw new WrongUsage(
      'name the parents in exactly one way: usernames, --file FILE, or --friends-of USERNAME.',
    );
  if (column !== undefined && file === undefined) throw new WrongUsage('--column goes with --file.');
  if (friendsOf !== undefined) return { friendsOf };
  if (file !== undefined) return { parents: await parentsFromFile(file, column, terminal) };
  return { parents: names.map(parentNamed) };
}

/** Throws WrongUsage. */
export function parentNamed(name: string): RequestedParent {
  const parent = usernameOf(name);
  if (typeof parent === 'string') throw new WrongUsage(parent);
  return parent;
}

/** Each of them once, by what it says first. */
export function selected(named: RequestedParent[]): Selection {
  const parents = new Map<string, RequestedParent>();
  for (const parent of named) {
    const key = parent.username.toLowerCase();
    if (!parents.has(key)) parents.set(key, parent);
  }
  const twice = named.length - parents.size;
  return { parents: [...parents.values()], notes: twice > 0 ? [`named more than once: ${twice}`] : [] };
}
