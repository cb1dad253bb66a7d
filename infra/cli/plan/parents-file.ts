import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isCount, isUsername } from '../../../shared/messages/formats.ts';
import { WrongUsage } from '../terminal/errors.ts';

/** `file`: a path, or `-` for standard input. Throws WrongUsage, which names the line where there is one. */
export async function parentsFromFile(file: string): Promise<RequestedParent[]> {
  return parentsIn(await contentOf(file), file === '-' ? 'standard input' : file);
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * One parent a line: a username, or a JSON object with its metadata (JSON Lines). Empty lines, and lines that
 * begin with #, say nothing. A mistake in metadata is refused: X would be asked, and paid, for what it hides.
 */
export function parentsIn(content: string, name: string): RequestedParent[] {
  const parents = [];
  for (const [index, raw] of content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const parent = parentOf(line);
    if (typeof parent === 'string') throw new WrongUsage(`line ${index + 1} of ${name}: ${parent}`);
    parents.push(parent);
  }
  if (parents.length === 0) throw new WrongUsage(`${name} names no account.`);
  return parents;
}

/** The parent, or what is wrong with the line. */
function parentOf(line: string): RequestedParent | string {
  if (!line.startsWith('{')) return usernameOf(line);
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return `it is no JSON (${(error as Error).message}).`;
  }
  const { username, id, friendsCount } = json;
  if (typeof username !== 'string') return 'the object has no "username".';
  if (id !== undefined && !isAccountId(id)) return '"id" must be a text of 1 to 19 digits.';
  if (friendsCount !== undefined && !isCount(friendsCount)) return '"friendsCount" must be a whole number.';
  const named = usernameOf(username);
  return typeof named === 'string' ? named : { ...json, ...named };
}

/** A username with or without @, as a parent; else what is wrong with it. */
export function usernameOf(given: string): RequestedParent | string {
  const username = given.replace(/^@/, '');
  if (isUsername(username)) return { username };
  return `"${given.slice(0, 40)}" is no X username: 1 to 15 letters, digits or underscores.`;
}
