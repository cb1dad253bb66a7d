import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file under a name of nobody else's beside it, as the texts come, and gives it its own at the end: what broke
 * off, or was `signal`led to, leaves neither, and an older file stays until then. Of two at once the later one is there.
 */
export async function replaceFile(
  file: string,
  texts: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
  const out = createWriteStream(partial, { flush: true });
  try {
    await pipeline(Readable.from(texts, { objectMode: true, highWaterMark: 1 }), out, { signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
