import { isUtf8 } from 'node:buffer';

/** https://www.unicode.org/faq/utf_bom.html#bom4 */
const UTF_16: [mark: string, encoding: string][] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** R8: the text of a file in UTF-8 or, by its mark, UTF-16, without the mark; undefined: it is in another encoding. */
export function fileText(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = UTF_16.find(([of]) => of === mark)?.[1] ?? 'utf-8';
  if (encoding === 'utf-8' && (!isUtf8(bytes) || bytes.includes(0))) return undefined;
  return new TextDecoder(encoding).decode(bytes).toWellFormed();
}

export const isUtf16 = (bytes: Buffer): boolean =>
  UTF_16.some(([mark]) => bytes.subarray(0, 2).toString('hex') === mark);
