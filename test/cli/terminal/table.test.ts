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
