import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Field {
  name: string;
  type: string;
  description?: string;
}

/**
 * The two calls of BigQuery's tables that the descriptions need: get and patch.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables
 */
export async function startTablesApi(schemaOf: (view: string) => Field[]) {
  const patched = new Map<string, Field[]>();
  const server = createServer(async (request, response) => {
    const view = /\/tables\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    if (request.method === 'PATCH') {
      const body = await new Response(request as unknown as ReadableStream).json();
      patched.set(view, body.schema.fields);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: view, schema: { fields: patched.get(view) ?? schemaOf(view) } }));
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
