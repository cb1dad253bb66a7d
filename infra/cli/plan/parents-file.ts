import { readFile } from 'node:fs/promises';
import { isDeeperThan, MOST_LEVELS } from '../../../shared/messages/delivery.ts';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isAnyUsername, isCount } from '../../../shared/messages/formats.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { fileText } from '../terminal/file-text.ts';
import { usernameOf } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withoutUnseen } from '../terminal/unseen.ts';
import { parentsInColumn } from './parents-csv.ts';

/**
 * `file`: a path, or `-` for standard input; `column`: of comma-separated values the one that names the parents. Throws
 * WrongUsage, which names the line where there is one.
 */
export async function parentsFromFile(
  file: string,
  column: string | undefined,
  terminal: Terminal,
): Promise<RequestedParent[]> {
  const content = await textFrom(file, terminal);
  const name = file === '-' ? 'standard input' : file;
  if (column === undefined) return parentsIn(content, name);
  if (content.trimStart().startsWith('{'))
    throw new WrongUsage(`${name} is JSON Lines, of which --column names nothing: leave it out.`);
  return parentsInColumn(content, column, name);
}

/** Of a file, or of standard input (`-`). Throws WrongUsage. */
export async function textFrom(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return terminal.read();
  const bytes = await readFile(file).catch((error: Error) => {
    throw new WrongUsage(`${file} cannot be read: ${error.message}`);
  });
  const content = fileText(bytes);
  if (content === undefined) throw new WrongUsage(`${file} is no text in UTF-8 or UTF-16.`);
  return content;
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
    const line = withoutUnseen(raw);
    if (line === '' || line.startsWith('#')) continue;
    const parent = parents.length === 0 && isHeading(line) ? HEADING : parentOf(line);
    if (typeof parent === 'string') throw new WrongUsage(`line ${index + 1} of ${name}: ${parent}`);
    parents.push(parent);
  }
  if (parents.length === 0) throw new WrongUsage(`${name} names no account.`);
  return parents;
}

const HEADING =
  'it looks like the heading of a column: name the column with --column, or write @ before it where the account is meant.';
/** Of one column, or of several. */
const isHeading = (line: string) =>
  !line.startsWith('{') && line.split(/[,;\t]/).some((part) => HEADING_WORDS.test(unquoted(part)));
const unquoted = (line: string) => line.replace(/^(["'])(.*)\1$/, '$2').trim();

/** In a message a parent stands in the list of the request. */
const LEVELS_AROUND = 2;

/** The parent, or what is wrong with the line. */
function parentOf(line: string): RequestedParent | string {
  if (!line.startsWith('{')) return usernameOf(unquoted(line));
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return `it is no JSON (${(error as Error).message}).`;
  }
  if (isDeeperThan(MOST_LEVELS - LEVELS_AROUND, json))
    return `it is nested too deeply: a message may have ${MOST_LEVELS} levels.`;
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
