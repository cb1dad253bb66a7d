import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { type Ends, Terminal } from '../../../infra/cli/terminal/terminal.ts';

export interface Desk {
  /** What is piped in. */
  input?: string | undefined;
  /** What a person answers, question by question; the terminal closes when there is no more. */
  answers?: string[] | undefined;
  /** Standard error is a screen. */
  isScreen?: boolean | undefined;
  /** Standard output is a screen of so many characters. */
  width?: number | undefined;
}

/** The one terminal of the tests: they see all that is `printed`, and type. */
export function fakeTerminal({ input = '', answers, isScreen = false, width }: Desk = {}) {
  const printed = { out: '', err: '' };
  const stdin = Object.assign(new PassThrough(), { isTTY: answers !== undefined });
  if (answers === undefined) stdin.end(input);
  const left = [...(answers ?? [])];
  const paper = (name: 'out' | 'err') =>
    new Writable({
      decodeStrings: false,
      write(text, _, done) {
        printed[name] += text;
        if (String(text).endsWith('? [y/N] '))
          left.length > 0 ? stdin.write(`${left.shift()}\n`) : stdin.end();
        done();
      },
    });
  const stderr = Object.assign(paper('err'), { isTTY: isScreen, columns: 200 });
  const stdout = Object.assign(paper('out'), { isTTY: width !== undefined, columns: width });
  const ends = Object.assign(new EventEmitter(), { stdin, stdout, stderr });
  return { terminal: new Terminal(ends as unknown as Ends), printed };
}
