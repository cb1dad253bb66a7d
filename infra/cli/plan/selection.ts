import { Option } from 'commander';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import type { Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { friendsOf } from './friends-of.ts';
import { parentsFromFile, usernameOf } from './parents-file.ts';

/** Whom to scrape. */
export interface Selection {
  parents: RequestedParent[];
  grandparent?: Record<string, unknown>;
  /** What a person should know of how it came about. */
  notes: string[];
}

export interface SelectionOptions {
  file?: string;
  friendsOf?: string;
}

export const SELECTION_OPTIONS = [
  new Option('--file <file>', 'one username a line, or JSON Lines with metadata; "-" is standard input'),
  new Option('--friends-of <username>', 'the friends that its newest complete scrape has listed'),
];

/** What can be read without a warehouse is read first, so that a mistake in it is told before all else. */
export type Chosen = { parents: RequestedParent[] } | { friendsOf: string };

/** Exactly one source: arguments, `--file` or `--friends-of`. Throws WrongUsage. */
export async function chosen(names: string[], { file, friendsOf }: SelectionOptions): Promise<Chosen> {
  const given = [names.length > 0, file !== undefined, friendsOf !== undefined].filter(Boolean).length;
  if (given !== 1)
    throw new WrongUsage(
      'name the parents in exactly one way: usernames, --file FILE, or --friends-of USERNAME.',
    );
  if (friendsOf !== undefined) return { friendsOf };
  if (file !== undefined) return { parents: await parentsFromFile(file) };
  return { parents: names.map(parentNamed) };
}

export async function selectionOf(target: Target, choice: Chosen): Promise<Selection> {
  if ('friendsOf' in choice) return friendsOf(target, choice.friendsOf);
  const parents = new Map<string, RequestedParent>();
  for (const parent of choice.parents) {
    const key = parent.username.toLowerCase();
    if (!parents.has(key)) parents.set(key, parent);
  }
  const twice = choice.parents.length - parents.size;
  return { parents: [...parents.values()], notes: twice > 0 ? [`named more than once: ${twice}`] : [] };
}

export function parentNamed(name: string): RequestedParent {
  const parent = usernameOf(name);
  if (typeof parent === 'string') throw new WrongUsage(parent);
  return parent;
}
