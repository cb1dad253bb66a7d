import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandOn, fromRoot, optionsNaming } from '../../../infra/cli/target/again.ts';
import { ROOT } from '../../../infra/local/process.ts';

test.each([
  [{ data: '.dodo' }, 'npx dodo status'],
  [{ data: '.dodo/real' }, 'npx dodo status --data .dodo/real'],
  [{ data: "two words/of ann's" }, String.raw`npx dodo status --data 'two words/of ann'\''s'`],
  [{ data: '.dodo/real', project: 'project-1' }, 'npx dodo status --project project-1'],
])('a hint names the same target once more: %j', (globals, says) => {
  expect(commandOn({ options: optionsNaming(globals) }, 'status')).toBe(says);
});

test.each([
  ['the root of the checkout', ROOT, '.dodo'],
  ['a folder in it', join(ROOT, 'infra', 'cli'), join('..', '..', '.dodo')],
  ['the folder around it', join(ROOT, '..'), '.dodo'],
  ['a folder beside it', `${ROOT}-2`, '.dodo'],
  ['any other folder', '/', '.dodo'],
])('in %s the local data lies in %s/%s', (_, folder, found) => {
  expect(fromRoot('.dodo', folder)).toBe(found);
});
