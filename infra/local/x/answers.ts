import { readFileSync } from 'node:fs';

/**
 * A body that is an object is sent as JSON, a string as it is; `encoding` is one that nobody may have asked for. `rate` makes
 * the headers x-rate-limit-*; null: not sent.
 */
export interface Answer {
  status: number;
  body?: unknown;
  rate?: { limit?: number | null; remaining?: number | null; reset?: number | null };
  delivery?: string;
  encoding?: 'gzip';
  /** Of the body; without it that which it looks like. */
  type?: string;
}
const file = readFileSync(new URL('answers.txt', import.meta.url), 'utf8');
const rows = new Map(
  Array.from(file.matchAll(/^([a-z-]+) (\d+) (.*)$/gm), ([, name = '', ...row]) => [name, row]),
);
export const answerNames = [...rows.keys()];

/** The row of that name in answers.txt; `fill` says what to put in place of which words. */
export function xAnswer(name: string, fill: Record<string, string> = {}): Answer & { body: string } {
  const [status, text = ''] = rows.get(name) ?? [];
  const filled = (word: string) => JSON.stringify(fill[word] ?? word).slice(1, -1);
  return { status: Number(status), body: text.replace(RegExp(Object.keys(fill).join('|'), 'g'), filled) };
}

/** An entry of `errors`. */
export const problem = (name: string, PARAMETER: string, VALUE: string): object =>
  JSON.parse(xAnswer(name, { PARAMETER, VALUE }).body);
