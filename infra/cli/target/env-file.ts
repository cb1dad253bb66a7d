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
  const lines = text.replaceAll(QUOTED, (value) => `=${value.replaceAll(/[^\n]/g, '')}`).split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const wrong = mistakeIn(line.trim());
    if (wrong !== undefined) throw new Failure(`line ${index + 1} of ${file} sets nothing: ${wrong}`);
  }
  return Object.fromEntries(
    Object.entries(parseEnv(text.replaceAll(/\r\n?/g, '\n'))).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

function mistakeIn(line: string): string | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const [, given = '', sign] = /^(?:export\s+)?([^\s=:]+)\s*([=:])?/.exec(line) ?? [];
  const name = cleaned(given.slice(0, 60));
  if (sign !== '=') return `"${name}" is not followed by "=". A line is NAME=value.`;
  if (NAMES.includes(given)) return undefined;
  const meant = similarTo(given, NAMES);
  return meant && `there is no setting ${name}. Is ${meant} meant?`;
}
