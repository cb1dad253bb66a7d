import { readFile } from 'node:fs/promises';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isCount } from '../../../shared/messages/formats.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { usernameOf } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `file`: a path, or `-` for standard input. Throws WrongUsage, which names the line where there is one. */
export async function parentsFromFile(file: string, terminal: Terminal): Promise<RequestedParent[]> {
  if (file === '-') return parentsIn(await terminal.read(), 'standard input');
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUsage(`${file} cannot be read: ${error.message}`);
  });
  return parentsIn(content, file);
}

/**
 * One parent a line: a username, or a JSON object with its metadata (JSON Lines). Empty lines, and lines that
 * begin with #, say nothing. A mistake in metadata is refused: X would be asked, and paid, for what it hides.
 */
export function parentsIn(content: string, name: string): RequestedParent[] {
  const parents = [];
  const lines = content.replace(/^\uFEFF/, '').split('\n');
  for (const [index, raw] of lines.entries()) {
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
