import { expect, test } from 'vitest';
import { commandOn, optionsNaming } from '../../../infra/cli/target/again.ts';

test.each([
  [{ data: '.dodo' }, 'npx dodo status'],
  [{ data: '.dodo/real' }, 'npx dodo status --data .dodo/real'],
  [{ data: "two words/of ann's" }, String.raw`npx dodo status --data 'two words/of ann'\''s'`],
  [{ data: '.dodo/real', project: 'project-1' }, 'npx dodo status --project project-1'],
])('a hint names the same target once more: %j', (globals, says) => {
  expect(commandOn({ options: optionsNaming(globals) }, 'status')).toBe(says);
});
