import { readFile, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainRow } from '../../../infra/cli/target/rows.ts';
import { EXAMPLES_FILE, examplesIn, markdownTable, withTables } from '../../../infra/readme/examples.ts';
import { descendantsMiB } from '../../support/resident.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { emptyDir } from '../support/process.ts';

/** Seconds on a machine that is idle; a busy one still tells the truth. */
const DEMO_MS = 300_000;

/** Narrower than the tables of the demo are. */
const WIDTH = 60;

const markdown = await readFile(EXAMPLES_FILE, 'utf8');
const examples = examplesIn(markdown);

test('there are eighteen examples, numbered, and each shows one to ten rows', () => {
  expect(examples.map(({ question }) => Number.parseInt(question, 10))).toEqual(
    Array.from({ length: 18 }, (_, index) => index + 1),
  );
  expect(markdown.match(/^```sql$/gm)).toHaveLength(18);
  for (const { question, table } of examples) {
    const rows = table.split('\n').length - 2;
    expect(rows, question).toBeGreaterThanOrEqual(1);
    expect(rows, question).toBeLessThanOrEqual(10);
  }
});

test('what "npm run examples" writes is read again as the same examples', () => {
  const tables = examples.map(({ table }) => table);
  expect(withTables(markdown, tables)).toBe(markdown);
  const changed = withTables(markdown, tables.with(3, '| n |\n| ---: |\n| 1 |'));
  expect(examplesIn(changed).map(({ table }) => table)).toEqual(tables.with(3, '| n |\n| ---: |\n| 1 |'));
});

describe('over the data that the demo leaves', () => {
  let data: string;
  let shown: string;
  let mostMiB = 0;
  beforeAll(async () => {
    data = await emptyDir();
    let isOver = false;
    const demo = dodo(['demo'], { data, width: WIDTH }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      // This process runs the command, and holds what the tests need besides.
      const ownMiB = process.memoryUsage.rss() / 2 ** 20;
      mostMiB = Math.max(mostMiB, (await descendantsMiB(process.pid)) + ownMiB);
      await Promise.race([demo, setTimeout(500)]);
    }
    const { code, out, err } = await demo;
    if (code !== 0) throw new Error(`the demo ended with ${code}: ${err}`);
    shown = out;
  }, DEMO_MS);
  afterAll(() => rm(data, { recursive: true, force: true }));

  test('which holds less than 1.5 GiB of memory, all processes together', () => {
    console.log(`demo: ${JSON.stringify({ mostMiB: Math.round(mostMiB) })}`);
    expect(mostMiB).toBeGreaterThan(500);
    expect(mostMiB).toBeLessThan(1536);
  });

  test('the tables of the demo fit the screen, and say what is left out', () => {
    const lines = shown.split('\n').filter((line) => /^[│┌├└]/.test(line));
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
    expect(shown).toMatch(/--wide shows everything$/m);
  });

  // If this is meant: npm run examples.
  test.each(examples)('$question', async ({ sql, table }) => {
    const rows = await dodoJson<PlainRow[]>(['query', sql], { data });
    expect(markdownTable(rows)).toBe(table);
  });
});
