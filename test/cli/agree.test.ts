import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { agree } from '../../infra/cli/terminal/agree.ts';
import { Failure, WrongUsage } from '../../infra/cli/terminal/errors.ts';

function terminal(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.ReadStream & PassThrough;
  return { input, output: new PassThrough() };
}

describe('what costs money', () => {
  test.each(['y\n', 'Yes\n'])('goes on after %j', async (answer) => {
    const { input, output } = terminal(true);
    const asked = agree('This costs $5.00.', { input, output });
    input.write(answer);
    await asked;
    expect(String(output.read())).toBe('This costs $5.00. Go on? [y/N] ');
  });

  test.each(['n\n', '\n', 'maybe\n'])('does not after %j', async (answer) => {
    const { input, output } = terminal(true);
    const asked = agree('This costs $5.00.', { input, output });
    input.write(answer);
    await expect(asked).rejects.toThrow(new Failure('nothing was done.'));
  });

  test('does not where the terminal closes instead of answering', async () => {
    const { input, output } = terminal(true);
    const asked = agree('This costs $5.00.', { input, output });
    input.end();
    await expect(asked).rejects.toThrow('nothing was done.');
  });

  test('is wrong usage where there is nobody to ask, unless it was agreed to beforehand', async () => {
    const streams = terminal(false);
    await expect(agree('This costs $5.00.', streams)).rejects.toThrow(WrongUsage);
    await expect(agree('This costs $5.00.', streams)).rejects.toThrow('add --yes');
    await agree('This costs $5.00.', { ...streams, yes: true });
    expect(streams.output.read()).toBeNull();
  });
});
