import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const FOLDER = import.meta.dirname;

const SCHEMAS = join(FOLDER, '..', '..', 'shared', 'messages', 'schemas');

interface MessageSchema {
  /** `dodo/<message>/<version>` */
  $id: string;
}

/**
 * The schema files as they are to be, by name: each schema with an `$id` that a module in shared/messages/schemas
 * exports, and so whatever is added there. Descriptions and all, it is what the services validate with.
 */
export async function schemaFiles(): Promise<Record<string, string>> {
  const modules = await Promise.all(readdirSync(SCHEMAS).map((file) => import(join(SCHEMAS, file))));
  const schemas = modules.flatMap((module) => Object.values(module)).filter(isMessageSchema);
  return Object.fromEntries(
    schemas.map((schema) => [
      `${schema.$id.split('/')[1]}.schema.json`,
      `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, null, 2)}\n`,
    ]),
  );
}

const isMessageSchema = (exported: unknown): exported is MessageSchema =>
  typeof exported === 'object' && exported !== null && '$id' in exported;
