import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { dodo } from '../support/dodo.ts';
import { emptyDir } from '../support/process.ts';

const COMMANDS =
  'demo local dispatch estimate status stop go republish rejected changes confirm forget comply import export query report'.split(
    ' ',
  );

const dir = await emptyDir();
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('help', () => {
  test.each(COMMANDS)('of %s has an example, and says what each option does', async (command) => {
    const { code, out } = await dodo([command, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}(npx dodo|npm start)/);
    expect(out).toMatch(new RegExp(`Usage: dodo ${command}\\b`));
  });

  test('lists every command', async () => {
    const { code, out } = await dodo(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });
});

test('--version is that of the package', async () => {
  expect(await dodo(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
});

type Mistake = [what: string, args: string, says: RegExp, env?: Record<string, string>];

const WRONG_USAGE: Mistake[] = [
  ['no command at all', '', /Usage: dodo/],
  ['an unknown command', 'scrape', /unknown command 'scrape'/],
  ['a misspelt command', 'dispach', /Did you mean dispatch\?/],
  ['an unknown option', 'dispatch alice --price 5', /unknown option '--price'/],
  ['an unknown option of a query', 'query --jsn', /unknown option '--jsn'/],
  ['an option without its value', 'dispatch alice --job', /argument missing/],
  ['a name that X would not have', 'dispatch bob-smith', /"bob-smith" is no X username/],
  ['digits that may be an id', 'dispatch 78021221', /write id:78021221 or @78021221/],
  ['no parents', 'dispatch', /exactly one way/],
  ['parents in two ways', 'dispatch alice --file -', /exactly one way/],
  ['parents in two other ways', 'estimate --friends-of a --file -', /exactly one way/],
  ['parents beside a message', 'dispatch alice --message -', /--message names its parents itself/],
  ['a job beside a message', 'dispatch --message - --job a', /cannot be used with option '--job/],
  ['a file beside a message', 'dispatch --message - --file -', /cannot be used with option '--file/],
  ['a message that is not there', 'dispatch --message no-such-file', /no-such-file cannot be read/],
  ['no message', 'dispatch --message -', /standard input holds no message/],
  ['a page size that X does not allow', 'dispatch a --page-size 1001', /from 1 to 1000/],
  ['an amount that is none', 'dispatch a --max-cost -5', /amount in US dollars/],
  ['a file that is not there', 'dispatch --file no-such-file', /no-such-file cannot be read/],
  ['a column without a file', 'estimate alice --column name', /--column goes with --file/],
  ['a watch without a run', 'status --watch', /name the run to watch/],
  ['nothing to republish', 'republish', /name a run or a dispatch, or say --incomplete/],
  ['two things to republish', 'republish a --incomplete', /name a run or a dispatch/],
  ['--since without --incomplete', 'republish a --since 2026-01-01', /goes with --incomplete/],
  ['a day that is none', 'republish --incomplete --since 2026-02-31', /must be a day/],
  ['two kinds of output', 'changes --json --csv', /cannot be used with/],
  ['two kinds of output of a query', 'query SELECT --json --raw', /cannot be used with/],
  [
    'a change that is none',
    'changes --change gone',
    /Allowed choices are followed, reappeared, no_longer_listed/,
  ],
  ['a file of no kind', 'export network.txt', /ends in \.gexf, \.graphml or \.csv/],
  ['a history in a file without times', 'export a.csv --history', /--history goes with .* \.gexf/],
  ['nothing to query', 'query', /one SELECT, or --tables, or --describe TABLE/],
  ['two things to query', 'query SELECT --tables', /one SELECT, or --tables, or --describe TABLE/],
  ['two other things to query', 'query --tables --describe friends', /cannot be used with/],
  ['nobody to forget', 'forget', /name the accounts to forget/],
  ['nobody to show again', 'forget --undo', /name the accounts to show again/],
  ['a scrub to be undone', 'forget a --undo --scrub', /--undo does not go with --scrub/],
  ['a reason that X does not have', 'comply --also gone', /Allowed choices are suspended, protected/],
  ['an account that is none', 'forget bob-smith', /neither an account id nor a username/],
  ['the real X without a token', 'demo alice', /X_BEARER_TOKEN/],
  ['--yes without parents', 'demo --yes', /go with the parents/],
];

const NO_STACK = /no local stack is up .* Start one with "npx dodo local --data [^ ]*no-data"/;
const NO_DATA = /there is no data in .* Run "npm start -- --data [^ ]*no-data" first/;
const FAILURES: Mistake[] = [
  ...['dispatch alice', 'confirm', 'republish run', 'rejected --republish 1', 'status run --watch'].map(
    (args): Mistake => [`${args} without a stack`, args, NO_STACK],
  ),
  ...['status', 'estimate alice', 'rejected', 'changes', 'forget alice', 'query SELECT', 'report'].map(
    (args): Mistake => [`${args} without any data`, args, NO_DATA],
  ),
  ...(
    [
      ['PUBSUB_EMULATOR_HOST', 'pubsub.test:8085', /not this machine.* Name an emulator on 127\.0\.0\.1/],
      ['BIGQUERY_EMULATOR_HOST', 'http://bigquery.test:9050', /which is not this machine/],
      ['PUBSUB_EMULATOR_HOST', 'http://127.0.0.1:8085', /but must be host:port\. Correct it/],
      ['BIGQUERY_EMULATOR_HOST', '127.0.0.1:9050', /but must be http:\/\/host:port\. Correct it/],
      ['BIGQUERY_EMULATOR_HOST', 'https://127.0.0.1:9050', /but must be http:\/\/host:port/],
    ] as const
  ).map(([name, address, says]): Mistake => [`${name}=${address}`, 'local', says, { [name]: address }]),
  [
    'a setting that is none',
    'status --project p1',
    /^dodo: PAGE_SIZE must be a whole number from 1 to 1000, but it is "many"\.\n$/,
    { PAGE_SIZE: 'many' },
  ],
];

describe.each([
  ['wrong usage', 2, WRONG_USAGE],
  ['a failure', 1, FAILURES],
] as const)('%s is exit code %i and one sentence that says what to do', (_, code, mistakes) => {
  test.each(mistakes)('%s', async (_, args, says, env = {}) => {
    const words = args.split(' ').filter(Boolean);
    const ran = await dodo(words, { data: join(dir, 'no-data'), env });
    expect(ran).toEqual({ code, out: '', err: expect.stringMatching(says) });
    if (words.length === 0) return;
    expect(ran.err).not.toMatch(/^\s+at /m);
    expect(ran.err.trim().split('\n').length).toBeLessThanOrEqual(2);
  });
});

test('--verbose shows where', async () => {
  const { code, err } = await dodo(['status', '--verbose'], { data: join(dir, 'no-data') });
  expect(code).toBe(1);
  expect(err).toMatch(/^\s+at /m);
});
