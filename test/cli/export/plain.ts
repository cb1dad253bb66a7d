import type { PlainRow } from '../../../infra/cli/target/rows.ts';

/** Written anew, sign by sign: what has no place in a line of text, and what turns the writing direction. */
export function plain(text: string): string {
  let out = '';
  let isAfterControl = false;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    const isBidi =
      [0x061c, 0x200e, 0x200f].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    if (isBidi || code === 0xfffe || code === 0xffff) continue;
    const isControl =
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      [0x2028, 0x2029, 0xfeff, 0xfff9, 0xfffa, 0xfffb].includes(code);
    if (!isControl) out += sign;
    else if (!isAfterControl) out += ' ';
    isAfterControl = isControl;
  }
  return out;
}

/** Of a row of a view what a file has of it: without what is null, text as it may stand there. */
export const shownOf = (row: PlainRow): PlainRow =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value]),
  );
