import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pagesOf } from '../target/pages.ts';
import { texts, time } from '../target/query.ts';
import type { Context } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { minuteOf } from '../terminal/figures.ts';
import { type Format, textOf, type Written } from './format.ts';
import { networkQuery } from './network-query.ts';
import { replaceFile } from './replace-file.ts';
import { tidied } from './tidied.ts';

/** What the network is of. */
export interface Wanted {
  /** Ids; undefined: all. */
  parents?: string[] | undefined;
  /** Milliseconds since 1970; undefined: now. */
  atMs?: number | undefined;
}

export const NOT_FORGOTTEN =
  'The command "forget" does not reach it: whoever is forgotten later stays in it until you delete it or write it again.';

/**
 * Reads the network from BigQuery, a page at a time, and writes it as that comes; the file is there once it is whole.
 * Throws Failure and RetryLater.
 */
export async function writeNetwork(
  file: string,
  format: Format,
  { parents, atMs }: Wanted,
  { target, terminal, clock }: Context,
): Promise<Written> {
  await access(dirname(resolve(file)), constants.W_OK).catch(couldNotWrite);
  const madeAt = new Date(clock.now());
  const shape = { kind: format.kind, isOfSomeParents: parents !== undefined, isOfThen: atMs !== undefined };
  const pages = await pagesOf(target, networkQuery(shape), {
    ...(parents && { parents: texts(parents) }),
    ...(atMs !== undefined && { at: time(atMs) }),
  });
  const about = `Whom accounts of X follow, by their friends lists as they were known at ${minuteOf(atMs ?? clock.now())}. ${NOT_FORGOTTEN}`;
  const written = { accounts: 0, edges: 0 };
  const stop = new AbortController();
  terminal.interrupted().then(() => stop.abort());
  await replaceFile(file, textOf(tidied(pages), format, { text: about, madeAt }, written), stop.signal).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') throw new Failure('interrupted: nothing was written.');
      return error.syscall === undefined ? Promise.reject(error) : couldNotWrite(error);
    },
  );
  return written;
}

function couldNotWrite(error: Error): never {
  throw new Failure(`the network could not be written: ${error.message}. Name another file.`);
}
