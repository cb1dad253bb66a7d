import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Field {
  name: string;
  type: string;
  description?: string;
}

interface Patch {
  description?: string;
  schema: { fields: Field[] };
}

/**
 * The two calls of BigQuery's tables that the descriptions need: get and patch.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables
 */
export async function startTablesApi(schemaOf: (view: string) => Field[]) {
  const patched = new Map<string, Patch>();
  const server = createServer(async (request, response) => {
    const view = /\/tables\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    if (request.method === 'PATCH') {
      patched.set(view, (await new Response(request as unknown as ReadableStream).json()) as Patch);
    }
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ id: view, ...(patched.get(view) ?? { schema: { fields: schemaOf(view) } }) }),
    );
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    patched,
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
