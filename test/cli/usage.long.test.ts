import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dodo, emptyDir } from './dodo.ts';

const COMMANDS = [
  'demo',
  'local',
  'dispatch',
  'estimate',
  'status',
  'republish',
  'rejected',
  'changes',
  'confirm',
  'forget',
  'query',
  'report',
];

let dir: string;
beforeAll(async () => {
  dir = await emptyDir();
  await writeFile(join(dir, 'broken.txt'), 'alice\nbob smith\n');
  await writeFile(join(dir, 'empty.txt'), '# nobody\n');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What a person sees of a mistake: one sentence, no stack. */
function expectOneSentence(err: string): void {
  expect(err).not.toMatch(/^\s+at /m);
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
}

describe.concurrent('help', () => {
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

  test('has no colour, with and without NO_COLOR', async () => {
    for (const env of [{}, { NO_COLOR: '1' }])
      expect((await dodo(['--help'], { env })).out).not.toContain('\u001b');
  });
});

describe.concurrent('wrong usage is exit code 2 and one sentence', () => {
  test.each<[what: string, args: string[], says: RegExp]>([
    ['no command at all', [], /Usage: dodo/],
    ['an unknown command', ['scrape'], /unknown command 'scrape'/],
    ['a misspelt command', ['dispach'], /Did you mean dispatch\?/],
    ['an unknown option', ['dispatch', 'alice', '--price', '5'], /unknown option '--price'/],
    ['an option without its value', ['dispatch', 'alice', '--job'], /argument missing/],
    ['a name that X would not have', ['dispatch', 'bob smith'], /"bob smith" is no X username/],
    ['no parents', ['dispatch'], /exactly one way/],
    ['parents in two ways', ['dispatch', 'alice', '--file', '-'], /exactly one way/],
    ['parents in two other ways', ['estimate', '--friends-of', 'a', '--file', '-'], /exactly one way/],
    ['a page size that X does not allow', ['dispatch', 'a', '--page-size', '1001'], /from 1 to 1000/],
    ['an amount that is none', ['dispatch', 'a', '--max-cost', '-5'], /amount in US dollars/],
    ['a file that is not there', ['dispatch', '--file', 'no-such-file'], /no-such-file cannot be read/],
    ['a broken file', ['dispatch', '--file', 'broken.txt'], /line 2 of broken.txt: "bob smith"/],
    ['a file that names nobody', ['estimate', '--file', 'empty.txt'], /empty.txt names no account/],
    ['a watch without a run', ['status', '--watch'], /name the run to watch/],
    ['nothing to republish', ['republish'], /name a run or a dispatch, or say --incomplete/],
    ['two things to republish', ['republish', 'a', '--incomplete'], /name a run or a dispatch/],
    ['--since without --incomplete', ['republish', 'a', '--since', '2026-01-01'], /goes with --incomplete/],
    ['a day that is none', ['republish', '--incomplete', '--since', '2026-02-31'], /must be a day/],
    ['nobody to forget', ['forget'], /name the accounts to forget/],
    ['an account that is none', ['forget', 'bob smith'], /neither an account id nor a username/],
    ['a query that is no SELECT', ['query', 'DELETE FROM dispatches WHERE TRUE'], /only a SELECT/],
    ['the real X without a token', ['demo', 'alice'], /X_BEARER_TOKEN/],
    ['--yes without parents', ['demo', '--yes'], /go with the parents/],
  ])('%s', async (_, args, says) => {
    const { code, out, err } = await dodo(args, { data: join(dir, 'no-data'), cwd: dir });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
    expect(out).toBe('');
    if (args.length > 0) expectOneSentence(err);
  });
});

describe.concurrent('what fails is exit code 1 and one sentence that says what to do', () => {
  const needStack = [
    ['dispatch', 'alice'],
    ['confirm'],
    ['republish', 'run'],
    ['rejected', '--republish', '1'],
    ['status', 'run', '--watch'],
  ];
  test.each(needStack.map((args) => [args.join(' '), args] as const))(
    '%s without a stack',
    async (_, args) => {
      const { code, err } = await dodo([...args], { data: join(dir, 'no-data') });
      expect(code).toBe(1);
      expect(err).toMatch(/no local stack is up .* Start one with "npx dodo local"/);
      expectOneSentence(err);
    },
  );

  const needData = [['status'], ['estimate', 'alice'], ['rejected'], ['changes'], ['forget', 'alice']];
  test.each(needData.map((args) => [args.join(' '), args] as const))(
    '%s without any data',
    async (_, args) => {
      const { code, err } = await dodo([...args], { data: join(dir, 'no-data') });
      expect(code).toBe(1);
      expect(err).toMatch(/there is no data in .* Run "npm start" first/);
      expectOneSentence(err);
    },
  );

  test.each([
    ['none at all', {}],
    ['a key file that is not there', { GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' }],
  ])('Google Cloud with credentials: %s', async (_, env) => {
    const { code, err } = await dodo(['dispatch', 'alice', '--project', 'some-project'], { env });
    expect(code).toBe(1);
    expect(err).toMatch(
      /no credentials for the Google Cloud project some-project .*gcloud auth application-default login/,
    );
    expectOneSentence(err);
  });

  test('a setting that is none', async () => {
    const { code, err } = await dodo(['status', '--project', 'p1'], { env: { PAGE_SIZE: 'many' } });
    expect({ code, err }).toEqual({
      code: 1,
      err: 'dodo: PAGE_SIZE must be a whole number from 1 to 1000, but it is "many".\n',
    });
  });

  test('a setting that is none in a file .env', async () => {
    const cwd = await emptyDir();
    await writeFile(join(cwd, '.env'), 'PAGE_SIZE=lots\n');
    const { code, err } = await dodo(['status', '--project', 'p1'], { cwd });
    await rm(cwd, { recursive: true });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('but it is "lots"') });
  });

  test('and --verbose shows where', async () => {
    const { code, err } = await dodo(['status', '--verbose'], { data: join(dir, 'no-data') });
    expect(code).toBe(1);
    expect(err).toMatch(/^\s+at /m);
  });
});
