import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError } from './errors.ts';
import type { Answer } from './routes.ts';

/**
 * A request has at most these bytes; what is far above does not reach BigQuery, but gets a page from what stands before
 * it. https://github.com/googleapis/google-cloud-go/issues/2855, https://github.com/googleapis/python-bigquery/pull/1409
 */
const REQUEST_BYTES = 10_485_760;
const FAR_ABOVE_BYTES = 2 * REQUEST_BYTES;
const TOO_LARGE =
  '<!DOCTYPE html><html lang=en><title>Error 413 (Request Entity Too Large)!!1</title></html>';

type Response = { code: number; type: string; text: string };
const json = (code: number, text: string): Response => ({ code, type: 'application/json', text });

export async function respond(request: IncomingMessage, answer: Answer): Promise<Response> {
  try {
    // A browser names the page that asks: no page has business here.
    if (request.headers.origin)
      throw new ApiError('accessDenied', 'Access Denied: no requests from web pages');
    const body = await bodyOf(request);
    if (body.length >= FAR_ABOVE_BYTES) return { code: 413, type: 'text/html', text: TOO_LARGE };
    return json(200, await answer(request.method ?? '', request.url ?? '', parsed(body)));
  } catch (error) {
    const { message } = error as Error;
    const { code, reason } = error instanceof ApiError ? error : new ApiError('internalError', message);
    const errors = [{ message, domain: 'global', reason }];
    return json(code, JSON.stringify({ error: { code, message, errors } }));
  }
}

/** All of it is read, since a client that is cut off sees no answer; nothing is kept beyond what is far above the limit. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (bytes < FAR_ABOVE_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  const sent = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return sent;
  return promisify(gunzip)(sent, { maxOutputLength: 2 * FAR_ABOVE_BYTES });
}

function parsed(body: Buffer): unknown {
  if (body.length > REQUEST_BYTES)
    throw new ApiError('badRequest', `Request payload size exceeds the limit: ${REQUEST_BYTES} bytes.`);
  try {
    return body.length > 0 ? JSON.parse(String(body)) : {};
  } catch {
    throw new ApiError('invalid', 'Invalid JSON payload received');
  }
}
