import { expect, test } from 'vitest';
import { askedTogether } from '../../shared/together.ts';

/** Questions, and what answers them. */
function asking(pause?: () => Promise<void>) {
  const asked: { questions: string[]; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const ask = askedTogether<string, string>((questions) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    asked.push({ questions, answer: resolve, fail: reject });
    return promise;
  }, pause);
  const quiet = () => new Promise((resolve) => setImmediate(resolve));
  return { ask, asked, quiet };
}

test('what comes while a question is under way is asked together, once that is answered', async () => {
  const { ask, asked, quiet } = asking();
  const first = ask(['a']);
  await quiet();
  const others = [ask(['b']), ask(['c', 'd'])];
  await quiet();
  expect(asked.map(({ questions }) => questions)).toEqual([['a']]);
  asked[0]?.answer('to a');
  expect(await first).toBe('to a');
  await quiet();
  expect(asked.map(({ questions }) => questions)).toEqual([['a'], ['b', 'c', 'd']]);
  asked[1]?.answer('to the others');
  expect(await Promise.all(others)).toEqual(['to the others', 'to the others']);
});

test('what one fails with says nothing to those that come after it', async () => {
  const { ask, asked, quiet } = asking();
  const first = ask(['a']);
  await quiet();
  const second = ask(['b']);
  asked[0]?.fail(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  await quiet();
  asked[1]?.answer('to b');
  expect(await second).toBe('to b');
});

test('after an answer, or none, a pause is waited for, and what comes meanwhile is asked together', async () => {
  const pauses: (() => void)[] = [];
  const { ask, asked, quiet } = asking(() => new Promise((resolve) => pauses.push(resolve)));
  const first = ask(['a']);
  await quiet();
  asked[0]?.answer('to a');
  expect(await first).toBe('to a');
  const others = [ask(['b']), ask(['c'])];
  await quiet();
  expect(asked.map(({ questions }) => questions)).toEqual([['a']]);
  pauses[0]?.();
  await quiet();
  expect(asked.map(({ questions }) => questions)).toEqual([['a'], ['b', 'c']]);
  asked[1]?.fail(new Error('no answer'));
  for (const other of others) await expect(other).rejects.toThrow('no answer');
  const last = ask(['d']);
  await quiet();
  expect(asked).toHaveLength(2);
  pauses[1]?.();
  await quiet();
  asked[2]?.answer('to d');
  expect(await last).toBe('to d');
});
