import { cloudEvent } from '@google-cloud/functions-framework';
import { readConfig } from '../shared/config.ts';
import { ConfigError } from '../shared/errors.ts';

type Handle = (event: unknown) => Promise<unknown>;

/** Each service is loaded only in the process that runs it: a cold start pays for nothing else. */
const SERVICES: Record<string, (config: ReturnType<typeof readConfig>) => Promise<Handle>> = {
  pagedispatch: async (config) => (await import('./pagedispatch/index.ts')).createPageDispatch(config),
  getpage: async (config) => (await import('./getpage/index.ts')).createGetPage(config),
  getmetadata: async (config) => (await import('./getmetadata/index.ts')).createGetMetadata(config),
};

function configOrExit() {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(JSON.stringify({ severity: 'CRITICAL', message: error.message }));
    process.exit(1);
  }
}

const config = configOrExit();
for (const [name, create] of Object.entries(SERVICES)) {
  // The service of this process starts loading now; without FUNCTION_TARGET it waits for its first event.
  let handle = config.FUNCTION_TARGET === name ? create(config) : undefined;
  cloudEvent(name, async (event: unknown) => {
    handle ??= create(config);
    await (await handle)(event);
  });
}
