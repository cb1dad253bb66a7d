/** Network files as others read them: libxml2 with a schema, graphology and DuckDB. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DOMParser } from '@xmldom/xmldom';
import { DirectedGraph } from 'graphology';
import graphml from 'graphology-graphml';
import { validateXML } from 'xmllint-wasm';

export interface Account {
  id: string;
  [attribute: string]: unknown;
}
export interface Edge {
  source: string;
  target: string;
  [attribute: string]: unknown;
}
export interface Network {
  accounts: Account[];
  edges: Edge[];
}

/** What a schema, a file beside this one, objects to in an XML file. */
export async function objections(file: string, schema: 'gexf.xsd' | 'graphml.xsd'): Promise<string[]> {
  const [xml, xsd] = await Promise.all([readFile(file), readFile(join(import.meta.dirname, schema))]);
  const { errors } = await validateXML({
    xml: { fileName: 'network.xml', contents: xml },
    schema: { fileName: schema, contents: xsd },
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

/** A GEXF file. Values have the types that it declares; `spells` of an edge are [start, end], the last end null if open. */
export async function readGexf(file: string): Promise<Network> {
  const document = new DOMParser().parseFromString(await readFile(file, 'utf8'), 'application/xml');
  const all = (of: Element | Document, name: string) => [...Array.from(of.getElementsByTagName(name))];
  const declared = Object.fromEntries(
    all(document, 'attributes').map((attributes) => [
      attributes.getAttribute('class'),
      new Map(
        all(attributes, 'attribute').map((each) => [
          each.getAttribute('id'),
          [each.getAttribute('title') ?? '', each.getAttribute('type') ?? ''] as const,
        ]),
      ),
    ]),
  );
  const valuesOf = (element: Element, kind: 'node' | 'edge') =>
    Object.fromEntries(
      all(element, 'attvalue').map((value) => {
        const [title, type] = declared[kind]?.get(value.getAttribute('for')) ?? [];
        if (title === undefined) throw new Error(`a value of an attribute that is not declared in ${file}`);
        return [title, cast(value.getAttribute('value') ?? '', type)];
      }),
    );
  const attribute = (element: Element, name: string) => element.getAttribute(name) ?? '';
  return {
    accounts: all(document, 'node').map((node) => ({
      ...{ id: attribute(node, 'id'), label: attribute(node, 'label') },
      ...valuesOf(node, 'node'),
    })),
    edges: all(document, 'edge').map((edge) => ({
      ...{ source: attribute(edge, 'source'), target: attribute(edge, 'target') },
      ...valuesOf(edge, 'edge'),
      spells: all(edge, 'spell').map((spell) => [
        attribute(spell, 'start'),
        spell.hasAttribute('end') ? attribute(spell, 'end') : null,
      ]),
    })),
  };
}

function cast(text: string, type: string | undefined): unknown {
  if (type === 'long') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

/** A GraphML file, by graphology, which refuses edges that lead to nobody. */
export async function readGraphml(file: string): Promise<Network> {
  const graph = graphml.parse(DirectedGraph, await readFile(file, 'utf8'));
  return {
    accounts: graph.mapNodes((id, attributes) => ({ ...attributes, id })),
    edges: graph.mapEdges((_, attributes, source, target) => ({ ...attributes, source, target })),
  };
}

/** A file of comma-separated values, by DuckDB: all as text. */
export async function readCsv(file: string): Promise<{ columns: string[]; rows: Record<string, string>[] }> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    const result = await connection.runAndReadAll(
      `SELECT * FROM read_csv('${file.replaceAll("'", "''")}', header = true, all_varchar = true, delim = ',',
        quote = '"', escape = '"', null_padding = false, strict_mode = true)`,
    );
    return {
      columns: result.columnNames(),
      rows: result.getRowObjectsJson() as Record<string, string>[],
    };
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
