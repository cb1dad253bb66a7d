import { readFile } from 'node:fs/promises';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isAnyUsername, isCount } from '../../../shared/messages/formats.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { fileText } from '../terminal/file-text.ts';
import { usernameOf } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `file`: a path, or `-` for standard input. Throws WrongUsage, which names the line where there is one. */
export async function parentsFromFile(file: string, terminal: Terminal): Promise<RequestedParent[]> {
  if (file === '-') return parentsIn(await terminal.read(), 'standard input');
  const bytes = await readFile(file).catch((error: Error) => {
    throw new WrongUsage(`${file} cannot be read: ${error.message}`);
  });
  const content = fileText(bytes);
  if (content === undefined) throw new WrongUsage(`${file} is no text in UTF-8 or UTF-16.`);
  return parentsIn(content, file);
}

/**
 * What stands above a column of accounts, alone or after words of its own (friend_username, as in our tables), and may
 * be the username of somebody as well.
 */
const HEADING_WORDS =
  /^(?:[a-z0-9]+_)*(?:user_?|screen_?|display_?)?(?:usernames?|names?|handles?|users?|accounts?|authors?|profiles?|ids?|links?|urls?|parents?|friends?|following|followers?)$/i;

/**
 * One parent a line: a username, perhaps in quotes, the address of a profile, `id:` with digits, or a JSON object with
 * its metadata (JSON Lines). Empty lines, and lines that begin with #, say nothing. A mistake is refused: X would be
 * asked, and paid, for what it hides.
 */
export function parentsIn(content: string, name: string): RequestedParent[] {
  const parents: RequestedParent[] = [];
  const lines = content.split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(UNSEEN, '');
    if (line === '' || line.startsWith('#')) continue;
    const parent = parents.length === 0 && isHeading(line) ? HEADING : parentOf(line);
    if (typeof parent === 'string') throw new WrongUsage(`line ${index + 1} of ${name}: ${parent}`);
    parents.push(parent);
  }
  if (parents.length === 0) throw new WrongUsage(`${name} names no account.`);
  return parents;
}

/** Around a name as pages give it: of order, of places to break, of direction (but for what turns the letters). */
const MARK = '[\\s\\uFEFF\\u00AD\\u200B-\\u200F\\u202A-\\u202C\\u2060\\u2066-\\u2069]+';
const UNSEEN = new RegExp(`^${MARK}|${MARK}$`, 'g');

const HEADING =
  'it looks like the heading of a column: take it out, or write @ before it where the account is meant.';
const isHeading = (line: string) => HEADING_WORDS.test(unquoted(line));
const unquoted = (line: string) => line.replace(/^(["'])(.*)\1$/, '$2').trim();

/** The parent, or what is wrong with the line. */
function parentOf(line: string): RequestedParent | string {
  if (!line.startsWith('{')) return usernameOf(unquoted(line));
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
  // Here it can be nothing else than a name, and its id makes up for one that X cannot be asked by.
  if (isAccountId(id) && isAnyUsername(username.replace(/^@/, '')))
    return { ...json, username: username.replace(/^@/, '') };
  const named = usernameOf(username.replace(/^@?/, '@'));
  return typeof named === 'string' ? named : { ...json, ...named };
}
