import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { WrongUsage } from '../terminal/errors.ts';

/** A line of a file, from 1. */
export interface Line {
  file: string;
  number: number;
  text: string;
  /** The file ends before the line does: what a program writes last where it is stopped. */
  isUnended: boolean;
}

/** A page of 1,000 friends is about 1 MiB. What has no end after this is no line of an archive. */
const MOST_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** What is wrong with a line, in the words that name it; `why` ends without a full stop. */
export const refused = ({ file, number }: Pick<Line, 'file' | 'number'>, why: string): WrongUsage =>
  new WrongUsage(`line ${number} of ${file}: ${why}. Nothing was imported.`);

/** The lines of a file, gzipped or not, that are not empty; one at a time is in memory. Throws WrongUsage. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let number = 0;
  const lineOf = (bytes: Buffer, isUnended: boolean): Line => {
    try {
      return { file, number, text: utf8.decode(bytes).trim(), isUnended };
    } catch {
      throw refused({ file, number }, 'it is no text in UTF-8');
    }
  };
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of bytesOf(file)) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      number++;
      const line = lineOf(Buffer.concat([...rest, chunk.subarray(from, to)]), false);
      [rest, restBytes, from] = [[], 0, to + 1];
      if (line.text !== '') yield line;
    }
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > MOST_BYTES)
      throw refused({ file, number: number + 1 }, 'it has no end: the file is no JSON Lines');
  }
  number++;
  if (restBytes === 0) return;
  const last = lineOf(Buffer.concat(rest), true);
  if (last.text !== '') yield last;
}

/** Archives are kept gzipped, whatever they are called: it is told by how they begin. */
async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    const handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close());
    const bytes = createReadStream(file);
    const isGzipped = bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
    // An error of the file destroys what reads it, and is thrown there.
    yield* isGzipped ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage(`${file} cannot be read: ${(error as Error).message}. Nothing was imported.`);
  }
}
