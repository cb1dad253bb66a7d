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

  const ROUNDED = { id: Number('1553086854915936256') };
  const ODD: [what: string, json: string, read: unknown][] = [
    ['a byte order mark', '\uFEFF{"a":"\uFEFFb"}', { a: '\uFEFFb' }],
    ['control characters in strings', '{"a\tb":"c\r\n\u0000\u001f"}', { 'a\tb': 'c\r\n\u0000\u001f' }],
    ['one after a backslash', '{"a":"b\\\n"}', { a: 'b\n' }],
    ['one after a backslash that is escaped', '{"a":"b\\\\\n","c":"\\"\n"}', { a: 'b\\\n', c: '"\n' }],
    ['a control character between strings', '{"a":\u0001"b"}', null],
    ['a string without end', '{"a":"b\n', null],
    ['an id that is a number', '{"id":12}', { id: '12' }],
    ['one beyond 2^53', '{"a":{"id" :\n1553086854915936257 }}', { a: { id: '1553086854915936257' } }],
    ['one that a double holds, and may have been rounded', '{"id":1553086854915936256}', ROUNDED],
    ['one that JavaScript would print, and may have been rounded', '{"id":1553086854915936300}', ROUNDED],
    ['one of no account', '{"id":1e400,"resource_id":-1}', { id: Number.POSITIVE_INFINITY, resource_id: -1 }],
    ['one of 400 digits', `{"id":${'7'.repeat(400)}}`, { id: Number.POSITIVE_INFINITY }],
    ['one that is no id', '{"id":0}', { id: 0 }],
    ['one that begins with 0', '{"id":012}', null],
    ['an id in a problem', '{"resource_id":12,"account_id":12}', { resource_id: '12', account_id: 12 }],
    ['what looks like one in a text', '{"a":"{\\"id\\":12}","\\"id":12}', { a: '{"id":12}', '"id': 12 }],
    ['words of JavaScript', '{"a":NaN}', null],
    ['a text', '"a"', null],
    ['nothing', '', null],
  ];
  test.each([
    ['backslashes', `{"a":"${'\\'.repeat(1_000_000)}\\ud83d`],
    ['quotes', `{"a":"${'\\"'.repeat(1_000_000)}\n`],
    ['ids', `{"a":${'"id":1 '.repeat(200_000)}`],
    ['digits', `{"id":${'1'.repeat(1_000_000)}x`],
    ['spaces', `{"id":1${' '.repeat(1_000_000)}x`],
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
