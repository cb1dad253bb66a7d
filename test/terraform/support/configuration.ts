import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertFiles } from '@cdktn/hcl2json';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const TERRAFORM = join(ROOT, 'infra', 'terraform');

/** A block's body; every block comes as an array of bodies, expressions as "${…}". */
// biome-ignore lint/suspicious/noExplicitAny: what the parser makes of HCL has no type of its own
export type Body = any;

/** An expression as the parser gives it. */
export const hcl = (expression: string): string => `\${${expression}}`;

interface Configuration {
  /** By type and name: one body each. */
  resource: Record<string, Record<string, [Body]>>;
  data?: Record<string, Record<string, [Body]>>;
  module?: Record<string, [Body]>;
  provider?: Record<string, Body[]>;
  terraform?: Body[];
  variable: Record<string, [Body]>;
  locals?: Body[];
}

export const root = (await convertFiles(TERRAFORM)) as Configuration;
export const serviceModule = (await convertFiles(join(TERRAFORM, 'modules', 'service'))) as Configuration;
export const viewsModule = (await convertFiles(join(TERRAFORM, 'modules', 'views'))) as Configuration;

/** The one resource of its type that the service module makes. */
export function ofService(type: string, name: string): Body {
  const found = serviceModule.resource[type]?.[name]?.[0];
  if (found === undefined) throw new Error(`modules/service makes no ${type}.${name}`);
  return found;
}

/** A value of the root module's locals. */
export function local(name: string): Body {
  const found = root.locals?.find((block) => name in block)?.[name];
  if (found === undefined) throw new Error(`there is no local.${name}`);
  return found;
}

/** All TypeScript of these folders of the repository, one text. */
export const codeIn = (...folders: string[]): string =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
    )
    .join('\n');
