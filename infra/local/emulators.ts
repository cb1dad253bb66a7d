import { connect } from 'node:net';

/** Settings that name an emulator, Google's own for instance: it takes the place of our stand-in. */
export const EMULATORS = {
  PUBSUB_EMULATOR_HOST: 'Pub/Sub',
  BIGQUERY_EMULATOR_HOST: 'BigQuery',
} as const;
export type Emulator = keyof typeof EMULATORS;

export const emulatorsIn = (settings: Record<string, string>): Emulator[] =>
  (Object.keys(EMULATORS) as Emulator[]).filter((name) => settings[name]);

/** An emulator that a setting names cannot be used; the message is a sentence for the operator. */
export class EmulatorUnusable extends Error {
  override readonly name = 'EmulatorUnusable';
}

/** https://datatracker.ietf.org/doc/html/rfc6761#section-6.3 */
export const isLoopbackName = (hostname: string): boolean =>
  /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname);

/** Throws EmulatorUnusable. Somewhere else it could not push to functions, which listen on 127.0.0.1 only. */
export async function assertUsable(name: Emulator, address: string): Promise<void> {
  const what = `${name} is "${address}"`;
  const instead = 'or unset it, and the stack starts its own';
  const url = addressOf(name, address);
  if (url === undefined)
    throw new EmulatorUnusable(
      `${what}, but must be ${name.startsWith('P') ? 'host:port' : 'http://host:port'}. Correct it, ${instead}.`,
    );
  if (!isLoopbackName(url.hostname))
    throw new EmulatorUnusable(
      `${what}, which is not this machine, and the local stack is reachable from nowhere else. Name an emulator on 127.0.0.1, ${instead}.`,
    );
  if (!(await answersAt(url)))
    throw new EmulatorUnusable(`${what}, but nothing answers there. Start that emulator, ${instead}.`);
}

/** The client of BigQuery uses its setting as it is, so a scheme is part of it; that of Pub/Sub takes none. */
function addressOf(name: Emulator, address: string): URL | undefined {
  const text = name === 'PUBSUB_EMULATOR_HOST' ? `http://${address}` : address;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && url.port !== '' && url.pathname === '/' ? url : undefined;
}

/** Whether something listens there. */
export function answersAt({ hostname, port }: Pick<URL, 'hostname' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
