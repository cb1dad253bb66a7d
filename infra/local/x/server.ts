/**
 * X's API v2 as far as Dodo uses it, over a made-up world, on the loopback.
 *
 * Not imitated: billing (what would be charged is counted), caps and credits that run out by themselves (they are
 * faults on demand), user contexts (any bearer token is good), other endpoints, posts (expansions are taken and bring
 * none), previous_token, daily limits, tokens that expire, compression on request, TLS. Parameters that X does not know
 * are ignored; its 400s are worded roughly.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../../shared/clock.ts';
import { administer } from './admin.ts';
import { type Answer, xAnswer } from './answers.ts';
import { countCall } from './call-counts.ts';
import { charge } from './charges.ts';
import { complianceAnswer, complianceCallOf } from './compliance.ts';
import { answerTo, type Call, callOf } from './endpoints.ts';
import { strike } from './faults.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
import { takeCall } from './windows.ts';

const TRICKLE_MS = 500; // between two bytes

export async function startX(options: SimulatorOptions & { port?: number } = {}) {
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
  const { limits, clock, calls, ledger, world } = simulator;
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  const call = callOf(url);
  if (url.pathname.startsWith('/_sim/')) {
    const command = `${request.method} ${url.pathname.slice(6)}`;
    return send(administer(simulator, command, await readText(request), url.searchParams), response, clock);
  }
  const compliance = complianceCallOf(request.method ?? '', url);
  if (compliance) return send(await complianceAnswer(simulator, compliance, request), response, clock);
  if (!call || request.method !== 'GET') return send({ status: 404 }, response, clock);
  const answer = answerCall(simulator, call, request.headers.authorization);
  countCall(calls, world, call, answer);
  charge(ledger, call.endpoint, answer, clock.now());
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
  const { status, body = '', rate = {}, delivery, encoding } = answer;
  if (delivery === 'stall') return;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const start = text.replace(/^\ufeff/, '').charAt(0);
  const looksLike = { '{': 'application/json; charset=utf-8', '<': 'text/html' }[start] ?? 'text/plain';
  response.statusCode = status;
  if (text) response.setHeader('content-type', answer.type ?? looksLike);
  for (const [name, value] of Object.entries(rate))
    if (value !== null) response.setHeader(`x-rate-limit-${name}`, value);
  if (encoding) response.setHeader('content-encoding', encoding);
  const bytes = encoding === 'gzip' ? gzipSync(text) : Buffer.from(text);
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
