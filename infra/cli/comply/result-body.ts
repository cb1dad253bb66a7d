import type { Clock } from '../../../shared/clock.ts';
import { NoAnswer, Refused } from './patience.ts';

/** How long nothing may come. */
const IDLE_MS = 60_000;

/**
 * The body at an address as text, bit by bit, and its end only where all of it has come: by its length, or by the last
 * chunk of HTTP. By `fetch` and not by the library, which holds a body whole, several times. Throws Refused or NoAnswer,
 * also while it is read.
 */
export async function chunksOf(
  url: string,
  headers: Record<string, string> | undefined,
  { clock }: { clock: Clock },
): Promise<AsyncIterable<string>> {
  const ended = new AbortController();
  const response = await inTime(
    clock,
    ended,
    fetch(url, { ...(headers && { headers }), signal: ended.signal, redirect: 'error' }),
  );
  if (response.status === 429 || response.status >= 500) throw new NoAnswer(`it answers ${response.status}`);
  if (response.status !== 200) throw new Refused(response.status, response.statusText);
  const isBounded = response.headers.has('content-length') || response.headers.has('transfer-encoding');
  if (!isBounded || !response.body) {
    ended.abort();
    throw new NoAnswer('it does not say where the result ends');
  }
  return texts(clock, ended, response.body);
}

async function* texts(clock: Clock, ended: AbortController, body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await inTime(clock, ended, reader.read());
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    ended.abort();
  }
}

/** What does not come is given up. */
async function inTime<T>(clock: Clock, ended: AbortController, coming: Promise<T>): Promise<T> {
  const timer = new AbortController();
  clock.sleep(IDLE_MS, timer.signal).then(
    () => ended.abort(new Error(`nothing came for ${IDLE_MS / 1000} s`)),
    () => undefined,
  );
  try {
    return await coming;
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    throw new NoAnswer(`the result broke off: ${cause?.message || message}`);
  } finally {
    timer.abort();
  }
}
