import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { type Ends, Terminal } from '../../../infra/cli/terminal/terminal.ts';

/** Something that remembers what is written to it. */
class Paper extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 200;
  readonly #written: (text: string) => void;

  constructor(isTTY: boolean, written: (text: string) => void = () => undefined) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.#written = written;
  }

  override _write(chunk: unknown, _: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    this.#written(this.text);
    done();
  }
}

export interface Desk {
  /** What is piped in. */
  input?: string | undefined;
  /** What a person answers, question by question; the terminal closes when there is no more. */
  answers?: string[] | undefined;
  /** Standard error is a screen. */
  isScreen?: boolean | undefined;
}

/** The terminal of a test, which sees all that is printed, and types. */
export class FakeTerminal extends Terminal {
  readonly #ends: EventEmitter & Record<'stdout' | 'stderr', Paper>;

  constructor({ input = '', answers, isScreen = false }: Desk = {}) {
    const stdin = Object.assign(new PassThrough(), { isTTY: answers !== undefined });
    const left = [...(answers ?? [])];
    const answer = (text: string) => {
      if (!text.endsWith('? [y/N] ')) return;
      const next = left.shift();
      if (next === undefined) stdin.end();
      else stdin.write(`${next}\n`);
    };
    if (answers === undefined) stdin.end(input);
    const ends = { stdin, stdout: new Paper(false), stderr: new Paper(isScreen, answer) };
    const all = Object.assign(new EventEmitter(), ends);
    super(all as unknown as Ends);
    this.#ends = all;
  }

  get out(): string {
    return this.#ends.stdout.text;
  }

  get err(): string {
    return this.#ends.stderr.text;
  }

  /** As Ctrl-C does. */
  interrupt(): void {
    this.#ends.emit('SIGINT');
  }
}
