import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { csvOf } from '../../../infra/cli/terminal/csv.ts';
import { tableOf } from '../../../infra/cli/terminal/table.ts';

describe('a table for people', () => {
  it('holds neither control characters nor turns of the writing direction from somebody’s name', () => {
    const name = 'Eve\u001b[2J\r\n\u202e\u2066gpj.exe\u200f\u2028\ufeff';
    const printed = tableOf([{ name, friends: 3, inner: { name } }]);
    expect(printed).toContain('Eve [2J gpj.exe');
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u);
    expect(printed.split('\n')).toHaveLength(5);
  });
});

describe('a table on a screen', () => {
  const RUN = '0b5c1a62-7d7e-4f5e-9d43-3f1f4a3f8a11';
  const row = { name: '@ann', 'pages done': 1200, nothing: null, run: RUN, why: 'words '.repeat(20).trim() };
  const rows = [row, { ...row, name: '@bob' }];
  const on = (width: number, of: object[] = rows) => tableOf(of, undefined, width).split('\n');
  const widest = (lines: string[]) => Math.max(...lines.map((line) => line.length));

  it('stays as it is where there is room, and where nobody looks at it', () => {
    expect(on(400).join('\n')).toBe(tableOf(rows));
    expect(tableOf(rows)).toContain(RUN);
    expect(tableOf(rows)).toContain('nothing');
  });

  it('loses what is empty, then the tail of ids, then that of the longest texts, and says so', () => {
    const lines = on(80);
    expect(widest(lines)).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toBe('left out: nothing; --wide shows everything');
    expect(lines.filter((line) => line.includes('@'))).toEqual([
      expect.stringMatching(/^│ @ann │ +1,200 │ 0b5c1a62 │ (words )+w?o?r?d?s?… │$/),
      expect.stringContaining('@bob'),
    ]);
  });

  it('loses the columns on the right where even that is too wide', () => {
    const lines = on(30);
    expect(widest(lines.slice(0, -1))).toBeLessThanOrEqual(30);
    expect(lines.at(-1)).toBe('left out: nothing, why; --wide shows everything');
    expect(lines.join()).toContain('1,200');
  });

  it('is a list of its cells, all of them whole, where it has one row', () => {
    expect(on(80, [row])).toEqual([
      'name        @ann',
      'pages done  1,200',
      'nothing',
      `run         ${RUN}`,
      `why         ${row.why}`,
    ]);
  });

  it('is never wider than the screen, whatever stands in it', () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null), fc.uuid());
    const twoRows = fc
      .integer({ min: 1, max: 9 })
      .chain((columns) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 4 }),
      );
    fc.assert(
      fc.property(twoRows, fc.integer({ min: 30, max: 200 }), (cells, width) => {
        const named = cells.map((of) => Object.fromEntries(of.map((value, at) => [`column ${at}`, value])));
        const border = on(width, named)[0] ?? '';
        expect(border.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('comma-separated values', () => {
  const cellOf = (value: unknown): string => csvOf([{ value }]).slice('value\n'.length);

  test.each([
    ['=1+1', "'=1+1"],
    ['+44 20', "'+44 20"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1', "'＝1"],
    ['=HYPERLINK("http://x.test","a")', `"'=HYPERLINK(""http://x.test"",""a"")"`],
    ['a,b', '"a,b"'],
    ['a=1', 'a=1'],
    ['', ''],
    [null, ''],
    [-3.5, '-3.5'],
    [['=1'], '"[""=1""]"'],
  ])('%j is the cell %j', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  it('has no text from which a spreadsheet could begin a formula', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",a') });
    fc.assert(
      fc.property(hostile, (text) => {
        const cell = cellOf(text);
        const unquoted = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(unquoted).not.toMatch(/^[=+\-@\t\r\n]/);
        expect([text, `'${text}`]).toContain(unquoted);
      }),
    );
  });
});
