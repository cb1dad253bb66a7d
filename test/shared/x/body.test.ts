import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { wellFormed } from '../../../shared/well-formed.ts';
import { parseBody, textOf } from '../../../shared/x/body.ts';

const read = (text: string) => parseBody(wellFormed(text));

describe('the text of an answer', () => {
  const HALVES: [what: string, json: string, read: string][] = [
    ['the first half of a pair', '"a\\ud83d"', 'a\uFFFD'],
    ['the second half', '"\\uDE00b"', '\uFFFDb'],
    ['two first halves', '"\\ud83d\\ud83d"', '\uFFFD\uFFFD'],
    ['a first half before another escape', '"\\ud83d\\n"', '\uFFFD\n'],
    ['a whole pair', '"\\ud83d\\ude00"', '😀'],
    ['a pair beside a half', '"\\ud83d\\ude00\\ud83d"', '😀\uFFFD'],
    ['a backslash before what looks like a half', '"\\\\ud83d"', '\\ud83d'],
    ['that, before a half', '"\\\\ud83d\\ude00"', '\\ud83d\uFFFD'],
    ['a half that stands there as it is', '"\ud83d"', '\uFFFD'],
    ['other escapes', '"\\u00e9\\"\\/\\u0000"', 'é"/\u0000'],
  ];
  test.each(HALVES)('is well-formed: %s', (_what, json, value) => {
    expect(read(`{"text":${json}}`)).toEqual({ text: value });
    expect(read(`{${json}:1}`)).toEqual({ [value]: 1 });
  });

  const ODD: [what: string, json: string, read: unknown][] = [
    ['a byte order mark', '\uFEFF{"a":"\uFEFFb"}', { a: '\uFEFFb' }],
    ['control characters in strings', '{"a\tb":"c\r\n\u0000\u001f"}', { 'a\tb': 'c\r\n\u0000\u001f' }],
    ['one after a backslash', '{"a":"b\\\n"}', { a: 'b\n' }],
    ['one after a backslash that is escaped', '{"a":"b\\\\\n","c":"\\"\n"}', { a: 'b\\\n', c: '"\n' }],
    ['a control character between strings', '{"a":\u0001"b"}', null],
    ['a string without end', '{"a":"b\n', null],
    ['words of JavaScript', '{"a":NaN}', null],
    ['a text', '"a"', null],
    ['nothing', '', null],
  ];
  test.each([
    ['backslashes', `{"a":"${'\\'.repeat(1_000_000)}\\ud83d`],
    ['quotes', `{"a":"${'\\"'.repeat(1_000_000)}\n`],
    ['brackets', `{"a":${'['.repeat(1_000_000)}`],
  ])('that is nothing but %s is given up in no time', (_what, text) => expect(read(text)).toBeNull());

  test.each(ODD)('with %s', (_what, json, value) => expect(read(json)).toEqual(value));
});

describe('the bytes of an answer', () => {
  const JSON_BYTES = Buffer.from('{"a":"é😀"}');
  const zipped = gzipSync(JSON_BYTES);

  it('are read as UTF-8, compressed or not', async () => {
    expect(await textOf(JSON_BYTES)).toBe('{"a":"é😀"}');
    expect(await textOf(zipped)).toBe('{"a":"é😀"}');
    expect((await textOf(Buffer.from([0x7b, 0xff, 0xc3]))).isWellFormed()).toBe(true);
  });

  const BROKEN: [what: string, bytes: Buffer][] = [
    ['cut', zipped.subarray(0, -9)],
    ['damaged', Buffer.concat([zipped.subarray(0, 12), Buffer.from('damaged'), zipped.subarray(19)])],
    ['nothing but a beginning', zipped.subarray(0, 2)],
    ['a hundred times as long as any answer', gzipSync(Buffer.alloc(100 * 1024 * 1024))],
  ];
  test.each(BROKEN)('and end nobody where they are %s', async (_what, bytes) => {
    expect(await textOf(bytes)).toMatch(/^\(gzip that cannot be read: /);
  });
});
