import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isObject } from './json.ts';

const unzip = promisify(gunzip);
/** A page of 1,000 friends is about 1 MiB: what unfolds to more than this is no answer of X. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of an answer. It is asked for uncompressed, but what stands between us and X may compress all the same.
 * Compressed is what begins like it: the header may be missing, or be left over where nothing is compressed.
 */
export async function textOf(bytes: Buffer): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString();
  try {
    return (await unzip(bytes, { maxOutputLength: MOST_BYTES })).toString();
  } catch (error) {
    return `(gzip that cannot be read: ${(error as Error).message})`;
  }
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)/gs;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ESCAPE_OR_CONTROL = /\\?[\u0000-\u001f]|\\./gs;

/** Null: the text is no JSON object. Control characters that stand in a string as they are, are read. */
export function parseBody(text: string): Record<string, unknown> | null {
  return objectIn(text) ?? objectIn(text.replace(STRING, escapeControls));
}

function escapeControls(string: string): string {
  return string.replace(ESCAPE_OR_CONTROL, (found) => {
    const code = found.charCodeAt(found.length - 1);
    return code > 0x1f ? found : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function objectIn(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null; // HTML, plain text or cut off: the table has a row for a body that cannot be read
  }
}
