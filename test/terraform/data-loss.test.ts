import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askFor, DELETE } from '../../infra/deploy/ask.ts';
import { lossesOf } from '../../infra/deploy/data-loss.ts';
import type { ResourceChange } from '../../infra/deploy/plan-json.ts';
import { DAY_MS } from '../../shared/times.ts';
import { TERRAFORM } from './support/configuration.ts';
import { changed, planned, tableWith } from './support/recorded.ts';

const TABLE = 'google_bigquery_table.tables["completed_scrapes"]';
const SUBSCRIPTION = 'module.getpage.google_pubsub_subscription.push';
const RUN_ID = { name: 'run_id', type: 'STRING', mode: 'REQUIRED' };
const FRIENDS = { name: 'friends', type: 'RECORD', fields: [{ name: 'id', type: 'STRING' }] };
const update = (before: object[], after: object[]) =>
  changed(TABLE, ['update'], { before: tableWith(before), after: tableWith(after) });
const expiring = (before: number | null, after: number) => {
  const partitioned = (days: number | null) =>
    tableWith([RUN_ID], { time_partitioning: [{ type: 'DAY', expiration_ms: days && days * DAY_MS }] });
  return changed(TABLE, ['update'], { before: partitioned(before), after: partitioned(after) });
};

const keeping = (was: number, will: number) => {
  const name = 'getpage-push';
  const kept = (days: number) => ({ name, message_retention_duration: `${days * 86_400}s` });
  return changed(SUBSCRIPTION, ['update'], { before: kept(was), after: kept(will) });
};

const goes = (address: string, before: object) => changed(address, ['delete'], { before: { ...before } });
const madeAnew = (address: string, before: object) =>
  changed(address, ['delete', 'create'], { before: { ...before } });

const VIEW = 'module.first_views.google_bigquery_table.views["friends"]';
const LONGER = { ...FRIENDS, fields: [...FRIENDS.fields, { name: 'url', type: 'STRING' }] };
const [INT64, INTEGER] = [
  { name: 'n', type: 'INT64' },
  { name: 'n', type: 'INTEGER' },
];
const [PARTITIONS, WAITING] = ['the partitions of completed_scrapes', 'the messages that wait in the'];
const LOSSES: [string, ResourceChange, string?][] = [
  ['a column that goes', update([RUN_ID, FRIENDS], [RUN_ID]), 'the column completed_scrapes.friends'],
  ['a column of a record', update([LONGER], [FRIENDS]), 'the column completed_scrapes.friends.url'],
  ['another type', update([RUN_ID], [{ ...RUN_ID, type: 'INTEGER' }]), 'the column completed_scrapes.run_id'],
  ['the same type by its other name', update([INT64], [INTEGER])],
  ['a column more, and another description', update([RUN_ID], [{ ...RUN_ID, description: 'New.' }, FRIENDS])],
  ['partitions that begin to expire', expiring(null, 90), `${PARTITIONS} that are older than 90 days`],
  ['partitions that expire earlier', expiring(90, 62), `${PARTITIONS} that are older than 62 days`],
  ['partitions that expire later, or no more', expiring(62, 0)],
  ['a table that goes', goes(TABLE, tableWith([RUN_ID])), 'the table completed_scrapes'],
  ['a table that is made anew', madeAnew(TABLE, tableWith([RUN_ID])), 'the table completed_scrapes'],
  ['a view that goes', goes(VIEW, { view: [{}] })],
  ['the dataset', madeAnew('google_bigquery_dataset.dodo', { dataset_id: 'dodo' }), 'the dataset dodo'],
  [
    'a subscription that is made anew',
    madeAnew(SUBSCRIPTION, { name: 'getpage-push' }),
    `${WAITING} subscription getpage-push`,
  ],
  ['messages that are kept for a shorter time', keeping(31, 7), 'getpage-push for more than 7 days'],
  ['messages that are kept for longer', keeping(7, 31)],
  ['a function that is made anew', madeAnew('module.getpage.google_cloudfunctions2_function.this', {})],
];

test.each(LOSSES)('what a plan would delete for good: %s', (_name, change, loss) => {
  const losses = lossesOf(planned(change)).map(({ what }) => what);
  expect(losses).toEqual(loss ? [expect.stringContaining(loss)] : []);
});

test('a table that is no longer protected may go, once somebody says so; a protected one may not', () => {
  const going = (deletion_protection: boolean) =>
    lossesOf(planned(changed(TABLE, ['delete'], { before: tableWith([], { deletion_protection }) })));
  expect(going(false)[0]?.refused).toBeUndefined();
  expect(going(true)[0]?.refused).toBe(true);
});

test.each([
  ['no answer at all', undefined],
  ['a Ctrl-C', '\x03'],
])('to that question %s is a no', async (_name, key) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const asked = askFor(DELETE, 'This would delete a column.', 'no', { input, output });
  if (key) input.write(key);
  else input.end();
  await expect(asked).rejects.toThrow('Nothing was changed.');
});

test.each([
  ['delete the data', true],
  ['yes', false],
  ['', false],
])('to the question whether data may go, "%s" is an answer: %s', async (answer, agreed) => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = askFor(DELETE, 'This would delete a column.', 'no', { input, output: new PassThrough() });
  input.write(`${answer}\n`);
  if (agreed) await asked;
  else await expect(asked).rejects.toThrow('Nothing was changed.');
});

/** Commands of others that delete without a question. `--with-data` of ours asks for its words, whatever else is said. */
const DELETES =
  /\bbq rm (?!--transfer_config)|subscriptions (seek|delete)|--auto-ack|topics delete|storage rm|versions destroy|secrets delete|projects delete|terraform destroy|DROP (TABLE|SCHEMA)/;

test.each(['README.md', 'BY-HAND.md'])('no step of %s deletes data before words were typed', (file) => {
  const text = readFileSync(join(TERRAFORM, file), 'utf8');
  const lines = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n'));
  expect(lines.length).toBeGreaterThan(20);
  const commands = lines.map((line) => line.replace(/\s#\s.*/, '')).filter((line) => DELETES.test(line));
  for (const command of commands) expect(command).toMatch(/^\[ "\$WORDS" = "[^"]+ [^"]+" \] && /);
  // Nor does the text tell to: what it says of seek stands before that question.
  expect(text).not.toMatch(/`bq rm -r/);
});
