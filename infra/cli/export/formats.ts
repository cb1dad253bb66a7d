import { extname } from 'node:path';
import { edgeList } from './edge-list.ts';
import type { Format } from './format.ts';
import { gexf } from './gexf.ts';
import { graphml } from './graphml.ts';

/** By the ending of the file's name. */
const FORMATS: Record<string, Format> = {
  '.gexf': gexf('timed'),
  '.graphml': graphml,
  '.csv': edgeList,
};

/** Undefined where the ending says nothing, or where no edges that are no more can be told (`history`). */
export function formatOf(file: string, history = false): Format | undefined {
  const format = FORMATS[extname(file).toLowerCase()];
  if (!history) return format;
  return format?.kind === 'timed' ? gexf('history') : undefined;
}
