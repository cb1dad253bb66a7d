import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../infra/local/process.ts';
import { REPORT_PICTURE, TERMINAL_PICTURE } from '../infra/readme/pictures.ts';
import { terminalPicture } from '../infra/readme/terminal-picture.ts';

const MOST_BYTES = 150_000;

test('a terminal is drawn line by line, as text and as nothing else', () => {
  const svg = terminalPicture([{ command: 'npx dodo status', printed: '│ a <b> & "c" │\n└──┘\n' }]);
  expect([...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, line]) => line)).toEqual([
    '$ npx dodo status',
    '│ a &lt;b&gt; &amp; &quot;c&quot; │',
    '└──┘',
  ]);
});

test.each([
  ['the report', REPORT_PICTURE, /^\x89PNG/],
  ['a terminal', TERMINAL_PICTURE, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/],
])('README shows a picture of %s that is small', async (_, file, kind) => {
  const picture = await readFile(file);
  expect(picture.length).toBeLessThan(MOST_BYTES);
  expect(picture.toString('latin1').slice(0, 60)).toMatch(kind);
  expect(await readFile(join(ROOT, 'README.md'), 'utf8')).toContain(`](${file.slice(ROOT.length + 1)})`);
});
