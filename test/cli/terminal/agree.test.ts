import { expect, test } from 'vitest';
import { agree } from '../../../infra/cli/terminal/agree.ts';
import { Failure, WrongUsage } from '../../../infra/cli/terminal/errors.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';

async function agreed(answers: string[] | undefined, yes?: boolean) {
  const { terminal, printed } = fakeTerminal({ answers });
  await agree('This costs $5.00.', yes, terminal);
  return printed;
}

test.each(['y', 'Yes'])(
  'what is asked first goes on after "%s"; the question is no result',
  async (answer) => {
    expect(await agreed([answer])).toEqual({ out: '', err: 'This costs $5.00. Go on? [y/N] ' });
  },
);

test.each([[['n']], [['']], [['maybe']], [[]]])('does not after %j', async (answers) => {
  await expect(agreed(answers)).rejects.toThrow(new Failure('nothing was done.'));
});

test('is wrong usage where there is nobody to ask, unless it was agreed to beforehand', async () => {
  await expect(agreed(undefined)).rejects.toThrow(WrongUsage);
  await expect(agreed(undefined)).rejects.toThrow('add --yes');
  expect((await agreed(undefined, true)).err).toBe('');
});
