import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/** Answers each POST of JSON with what `work` resolves with; the port is the system's choice. */
export function serve(work: (asked: never) => Promise<object>): void {
  createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await work((await json(request)) as never)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(0);
}
