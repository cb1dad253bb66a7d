import { parseEnv } from 'node:util';
import { SETTINGS } from '../../../shared/config.ts';
import { cleaned } from '../terminal/clean.ts';
import { Failure } from '../terminal/errors.ts';
import { fileText, isUtf16 } from '../terminal/file-text.ts';
import { similarTo } from '../terminal/similar.ts';

const NAMES = Object.keys(SETTINGS);
/** A value in quotes may go over several lines, which are none of their own. */
const QUOTED = /=[^\S\n]*(["'`])[\s\S]*?\1/g;

/**
 * What a file of settings (`.env`) sets. Whoever writes a cap there relies on it: a line that looks like a setting and
 * sets nothing is refused. Names that are like none of ours are other programs'. Throws Failure.
 */
export function settingsIn(bytes: Buffer, file: string): Record<string, string> {
  const text = isUtf16(bytes) ? undefined : fileText(bytes);
  if (text === undefined)
    throw new Failure(`${file} cannot be read, since it is not in UTF-8. Save it in that encoding.`);
  const set = parseEnv(text.replaceAll(/\r\n?/g, '\n'));
  const withoutQuoted = text.replaceAll(QUOTED, (value) => `=${value.replaceAll(/[^\n]/g, '')}`);
  for (const [index, line] of linesOf(withoutQuoted).entries()) {
    const wrong = mistakeIn(line.trim());
    if (wrong !== undefined) throw new Failure(`line ${index + 1} of ${file} sets nothing: ${wrong}`);
  }
  for (const [index, line] of linesOf(text).entries()) {
    const named = settingNamedIn(line);
    if (named !== undefined && set[named] === undefined)
      throw new Failure(
        `line ${index + 1} of ${file} sets nothing: ${named} stands in another value's quotes, or beside what cannot be seen. Type the line anew.`,
      );
  }
  return Object.fromEntries(
    Object.entries(set).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const linesOf = (text: string) => text.split(/\r\n|\n|\r/);

/** The setting that a person sees in a line, whatever the parser makes of it: it keeps a space that does not break, say. */
function settingNamedIn(line: string): string | undefined {
  const [, named] = /^[^\w#]*(?:export\s+)?(\w+)\W*=/.exec(line) ?? [];
  return named !== undefined && NAMES.includes(named) ? named : undefined;
}

function mistakeIn(line: string): string | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const [, given = '', sign] = /^(?:export\s+)?([^\s=:]+)\s*([=:])?/.exec(line) ?? [];
  const name = cleaned(given.slice(0, 60));
  if (sign !== '=') return `"${name}" is not followed by "=". A line is NAME=value.`;
  if (NAMES.includes(given)) return undefined;
  const meant = similarTo(given, NAMES) ?? capMeantBy(given);
  return meant && `there is no setting ${name}. Is ${meant} meant?`;
}

/** Of money: whoever writes MAX_COST_USD, or BUDGET, believes that there is a cap now. */
function capMeantBy(given: string): string | undefined {
  const words = wordsOf(given);
  return NAMES.filter((name) => name.endsWith('_USD'))
    .map((name) => ({ name, shared: wordsOf(name).filter((word) => words.includes(word)).length }))
    .filter(({ shared }) => shared >= 2 || (shared === 1 && words.length === 1))
    .sort((a, b) => b.shared - a.shared)[0]?.name;
}

const wordsOf = (name: string) => name.toUpperCase().split(/[^A-Z0-9]+/);
