import { describe, expect, test } from 'vitest';
import { settingsIn } from '../../../infra/cli/target/env-file.ts';
import { fileText } from '../../../infra/cli/terminal/file-text.ts';

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('a file of settings', () => {
  test.each([
    ['a byte order mark', '\uFEFFDAILY_BUDGET_USD=0.02', { DAILY_BUDGET_USD: '0.02' }],
    ['other line ends', 'DAILY_BUDGET_USD=5\r\rPAGE_SIZE=10\r\n', { DAILY_BUDGET_USD: '5', PAGE_SIZE: '10' }],
    ['comments, quotes and export', '# caps\nexport PAGE_SIZE = "10"\n', { PAGE_SIZE: '10' }],
    ['a value of several lines', 'MY_KEY="a\nb: c"\nPAGE_SIZE=10', { MY_KEY: 'a\nb: c', PAGE_SIZE: '10' }],
    [
      'settings of other programs',
      'GOOGLE_APPLICATION_CREDENTIALS=k\nAWS_COST_CENTER=7',
      { GOOGLE_APPLICATION_CREDENTIALS: 'k', AWS_COST_CENTER: '7' },
    ],
  ])('is read with %s', (_, text, settings) => {
    expect(settingsIn(Buffer.from(text), '.env')).toEqual(settings);
  });

  test.each([
    [
      'a name that is cut short',
      'A=1\nDAILY_BUDGET=5',
      /^line 2 of .env .*DAILY_BUDGET\. Is DAILY_BUDGET_USD meant/,
    ],
    ['another case', 'daily_budget_usd=5', /^line 1 of .env sets nothing: .*Is DAILY_BUDGET_USD meant\?$/],
    ['a slip of the pen', 'MAX_RUN_COTS_USD=5', /Is MAX_RUN_COST_USD meant\?$/],
    [
      'a colon',
      'DAILY_BUDGET_USD: 5',
      /^line 1 of .env sets nothing: "DAILY_BUDGET_USD" is not followed by "="/,
    ],
    ['a name of its own for a cap', 'MAX_COST_USD=5', /Is MAX_RUN_COST_USD meant\?$/],
    ['a cap in a word', 'A=1\nbudget=5', /^line 2 .*Is DAILY_BUDGET_USD meant\?$/],
    [
      'a space that does not break',
      'DAILY_BUDGET_USD\u00a0=5',
      /^line 1 of .env sets nothing: DAILY_BUDGET_USD /,
    ],
    ['such a space before it', 'A=1\n\u00a0DAILY_BUDGET_USD=5', /^line 2 of .env .* what cannot be seen/],
    ['two byte order marks', '\uFEFF\uFEFFDAILY_BUDGET_USD=5', /^line 1 of .env .* what cannot be seen/],
    ['a tab after export', 'export\tDAILY_BUDGET_USD=5', /^line 1 of .env sets nothing: DAILY_BUDGET_USD /],
    [
      'quotes that another value leaves open',
      "A='it\nDAILY_BUDGET_USD=5\nB='",
      /^line 2 of .env sets nothing: DAILY_BUDGET_USD stands in another value's quotes/,
    ],
    ['a line that is no setting', '\u0007rm -rf', /^line 1 of .env sets nothing: " rm" is not followed/],
  ])('that sets nothing by %s is refused, by line', (_, text, says) => {
    expect(() => settingsIn(Buffer.from(text), '.env')).toThrow(says);
  });

  test.each([
    ['UTF-16', utf16('PAGE_SIZE=10')],
    ['no Unicode', Buffer.from('PAGE_SIZE=10 \xff', 'latin1')],
  ])('in %s is refused', (_, bytes) => {
    expect(() => settingsIn(bytes, '.env')).toThrow(/not in UTF-8/);
  });
});

test('a file of parents may be in UTF-16', () => {
  expect(fileText(utf16('okuser'))).toBe('okuser');
  expect(fileText(Buffer.from('feff006f006b', 'hex'))).toBe('ok');
  expect(fileText(Buffer.from('6f006b00', 'hex'))).toBeUndefined();
});
