/** Pieces of polyglot's tree, as it wants them: with every field. */
import { refuse } from './errors.ts';
import { FUNCTIONS, macroName } from './functions.ts';
import type { Fields } from './grammar.ts';

/** A construct whose kind is to be asked: `tree.column` is undefined where it is none. */
export type Tree = Record<string, Fields>;

const BARE = { leading_comments: [], trailing_comments: [], left_comments: [], operator_comments: [] };

export const nameOf = (identifier: unknown) =>
  (identifier as { name?: string } | null | undefined)?.name ?? '';
export const identifier = (name: string): Fields => ({ name, quoted: true, trailing_comments: [] });
/** A text of DuckDB's SQL. */
export const raw = (sql: string): Fields => ({ raw: { sql } });
export const paren = (of: unknown): Fields => ({ paren: { this: of, trailing_comments: [] } });
export const binary = (kind: string, left: unknown, right: unknown): Fields => ({
  [kind]: { ...BARE, left, right },
});
export const field = (of: unknown, name: string): Fields => ({ dot: { this: of, field: identifier(name) } });

export function call(name: string, ...args: unknown[]): Fields {
  const flags = { distinct: false, use_bracket_syntax: false, no_parens: false, quoted: false };
  return { function: { name, args, ...flags, trailing_comments: [] } };
}

/** A call of one of our functions; refused by name where it is not on the list. */
export const known = (name: string, ...args: unknown[]): Fields =>
  FUNCTIONS.has(name) ? call(macroName(name), ...args) : refuse(`the function ${name.replace(/^_/, '')}`);

export function aliased(of: unknown, name: string, columns: string[] = []): Fields {
  const names = { alias: identifier(name), column_aliases: columns.map(identifier) };
  return {
    alias: { this: of, ...names, alias_explicit_as: true, pre_alias_comments: [], trailing_comments: [] },
  };
}

export function crossJoin(of: unknown): Fields {
  const flags = {
    use_inner_keyword: false,
    use_outer_keyword: false,
    deferred_condition: false,
    directed: false,
  };
  return { this: of, on: null, using: [], kind: 'Cross', nesting_group: 0, ...flags };
}

/** The text of a string literal, undefined for all else. */
export function textOf(tree: unknown): string | undefined {
  const { literal } = tree as Tree;
  return /string$/.test(String(literal?.literal_type)) ? String([literal?.value].flat()[0]) : undefined;
}

/** The name that a select item gives its column; '' for none. */
export function columnName({ alias, column, dot }: Tree): string {
  const name = nameOf(alias?.alias ?? column?.name ?? dot?.field);
  return column && name.startsWith('@') ? '' : name;
}

export const isNamed = (item: Tree, name: string) => columnName(item).toLowerCase() === name.toLowerCase();

export function structOf(members: { name: string; value: unknown }[]): Fields {
  if (members.length === 0 || members.some(({ name }) => !name))
    refuse('a STRUCT whose fields have no names');
  return call('STRUCT', ...members.map(({ name, value }) => aliased(value, name)));
}
