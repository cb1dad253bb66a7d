import { createServer } from 'node:http';
import { listening, stopped } from '../../support/loopback-server.ts';

interface Field {
  name: string;
  type: string;
  description?: string;
}

interface Patch {
  description?: string;
  schema: { fields: Field[] };
}

interface Probe {
  table: string;
  json: object;
}

/** Answers of insertAll, by how many were asked for before: the status, and what it says of the row. */
type Answer = (asked: number) => { status?: number; errors?: { message: string; location: string }[] };

const UNKNOWN: Answer = () => ({
  errors: [{ message: 'no such field: dodo_probe.', location: 'dodo_probe' }],
});

/**
 * The calls of BigQuery that a deploy makes: get and patch of a table, and insertAll of a row that is refused.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables
 */
export async function startTablesApi(schemaOf: (view: string) => Field[], answer = UNKNOWN) {
  const patched = new Map<string, Patch>();
  const probed: Probe[] = [];
  const server = createServer(async (request, response) => {
    const view = /\/tables\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    response.setHeader('content-type', 'application/json');
    const body =
      request.method === 'GET' ? {} : await new Response(request as unknown as ReadableStream).json();
    if (request.method === 'PATCH') patched.set(view, body as Patch);
    if (request.method === 'POST') {
      const { status = 200, errors } = answer(probed.length);
      for (const { json } of body.rows) probed.push({ table: view, json });
      response.statusCode = status;
      const insertErrors = errors && [
        { index: 0, errors: errors.map((error) => ({ reason: 'invalid', ...error })) },
      ];
      response.end(
        JSON.stringify(status === 200 ? { insertErrors } : { error: { code: status, errors: [] } }),
      );
      return;
    }
    response.end(
      JSON.stringify({ id: view, ...(patched.get(view) ?? { schema: { fields: schemaOf(view) } }) }),
    );
  });
  return { address: await listening(server), patched, probed, stop: () => stopped(server) };
}
