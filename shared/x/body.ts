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

/** In a JSON text this is the name of a field and never a part of a string: there its quotes would be escaped. */
const ID_AS_NUMBER = /(?<!\\)("(?:resource_)?id"[ \t\r\n]*:[ \t\r\n]*)([1-9]\d*)(?=[ \t\r\n]*[,}])/g;

/**
 * Null: the text is no JSON object. Control characters that stand in a string as they are, are read, and so are the
 * digits of an id that is a number.
 */
export function parseBody(text: string): Record<string, unknown> | null {
  const json = text.replace(ID_AS_NUMBER, (number, name: string, digits: string) =>
    isExact(digits) ? `${name}"${digits}"` : number,
  );
  return objectIn(json) ?? objectIn(json.replace(STRING, escapeControls));
}

/** Beyond 2^53 a number that a double can hold may be one that was rounded before it was sent. */
function isExact(digits: string): boolean {
  const double = Number(digits);
  if (Number.isSafeInteger(double)) return true;
  return digits.length <= 19 && ![String(double), String(BigInt(double))].includes(digits);
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
