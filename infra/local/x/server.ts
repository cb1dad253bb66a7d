/**
 * X's API v2 as far as Dodo uses it, over a made-up world, on the loopback.
 *
 * Not imitated: billing and its de-duplication, caps and credits that run out by themselves (they are faults on
 * demand), user contexts (any bearer token is good), other endpoints, expansions, previous_token, daily limits,
 * tokens that expire, compression, TLS. Parameters that X does not know are ignored; its 400s are worded roughly.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { administer, countCall, noCalls } from './admin.ts';
import { type Answer, xAnswer } from './answers.ts';
import { demoWorld } from './demo-world.ts';
import { answerTo, type Call, callOf } from './endpoints.ts';
import { type StandingFault, strike } from './faults.ts';
import { type Limits, takeCall, type Windows } from './windows.ts';
import type { World } from './world.ts';

const TRICKLE_MS = 500; // between two bytes

type Options = { file?: string; clock?: Clock; world?: World; limits?: Partial<Limits>; port?: number };
export type Simulator = ReturnType<typeof createSimulator>;

/** Once `file` exists, world and limits come from there: `save` lets them outlive `kill -9`. */
function createSimulator({ file, clock = systemClock, world = demoWorld(), limits }: Options) {
  const stored: object = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const kept = { world, limits: { limit: 300, windowMs: 900_000, latencyMs: 0, ...limits }, ...stored };
  const save = () => {
    if (!file) return;
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file);
  };
  const [windows, faults]: [Windows, StandingFault[]] = [new Map(), []];
  return { ...kept, save, clock, windows, faults, calls: noCalls() };
}

export async function startX(options: Options = {}) {
  const simulator = createSimulator(options);
  const server = createServer((request, response) => {
    serve(simulator, request, response).catch((error) => response.destroy(error));
  });
  // Else a connection can end just when a client, which keeps it for the next request, writes to it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, port, simulator, close };
}

async function serve(simulator: Simulator, request: IncomingMessage, response: ServerResponse) {
  const { limits, clock } = simulator;
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  const call = callOf(url);
  if (url.pathname.startsWith('/_sim/')) {
    const command = `${request.method} ${url.pathname.slice(6)}`;
    return send(administer(simulator, command, await readText(request), url.searchParams), response, clock);
  }
  if (!call || request.method !== 'GET') return send({ status: 404 }, response, clock);
  const answer = answerCall(simulator, call, request.headers.authorization);
  countCall(simulator, call, answer);
  if (limits.latencyMs > 0) await clock.sleep(limits.latencyMs);
  await send(answer, response, clock);
}

function answerCall(simulator: Simulator, call: Call, authorization = ''): Answer {
  const { world, windows, limits, clock } = simulator;
  if (!/^Bearer \S+$/.test(authorization)) return xAnswer('unauthorized');
  const { outcome, rate } = takeCall(windows, call.endpoint, clock.now(), limits);
  const good = () => strike(simulator, call, answerTo(world, call));
  const answer = outcome === 'refused' ? xAnswer('rate-limited') : good();
  return { ...answer, rate: { ...rate, ...answer.rate } };
}

async function send(answer: Answer, response: ServerResponse, clock: Clock): Promise<void> {
  const { status, body = '', rate = {}, delivery } = answer;
  if (delivery === 'stall') return;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = { '{': 'application/json; charset=utf-8', '<': 'text/html' }[text.charAt(0)] ?? 'text/plain';
  response.statusCode = status;
  if (text) response.setHeader('content-type', type);
  for (const [name, value] of Object.entries(rate))
    if (value !== null) response.setHeader(`x-rate-limit-${name}`, value);
  const bytes = Buffer.from(text);
  const half = bytes.subarray(0, bytes.length / 2);
  if (delivery === 'cut') return void response.write(half, () => response.destroy());
  if (delivery !== 'trickle') return void response.end(delivery === 'truncated' ? half : bytes);
  for (const byte of bytes) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await clock.sleep(TRICKLE_MS);
  }
  response.end();
}
