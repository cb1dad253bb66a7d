import { type EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';

/** What of a process a terminal is made of: its streams, and the signals that it gets. */
export type Ends = EventEmitter & Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** The one place where a command prints, asks and reads. */
export class Terminal {
  readonly #ends: Ends;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** A line of the result, to standard output, which a program may read. */
  print(line: string): void {
    this.#ends.stdout.write(`${line}\n`);
  }

  /** A line beside the result, to standard error. */
  note(line: string): void {
    this.#ends.stderr.write(`${line}\n`);
  }

  /** Of the screen that shows the result, in characters; undefined: it is a file, or a program reads it. */
  get width(): number | undefined {
    const { isTTY, columns } = this.#ends.stdout;
    return isTTY ? columns : undefined;
  }

  /** For what draws itself, such as bars, beside the result. */
  get canvas(): NodeJS.WriteStream {
    return this.#ends.stderr;
  }

  /** What is written to us, to its end. */
  read(): Promise<string> {
    return text(this.#ends.stdin);
  }

  /** What a person answers; '' where the terminal closes instead, undefined where there is nobody to ask. */
  async ask(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.#ends;
    if (!stdin.isTTY) return undefined;
    const lines = createInterface({ input: stdin, output: stderr });
    const closed = once(lines, 'close').then(() => '');
    try {
      return await Promise.race([lines.question(question), closed]);
    } finally {
      lines.close();
    }
  }

  /** Resolves at Ctrl-C, and where something asks us to end. */
  async interrupted(): Promise<void> {
    await Promise.race([once(this.#ends, 'SIGINT'), once(this.#ends, 'SIGTERM')]);
  }
}
