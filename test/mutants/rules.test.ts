import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';

/** The rules, and the steps of services, that DESIGN.md marks with ◆, by the names that mutants have for them. */
function marked(design: string): string[] {
  const names: string[] = [];
  let [service, about] = ['', ''];
  const parts = /^\*\*(?<service>[a-z]+)\*\*$|^(?<step>\d+)\. |\*\*(?<rule>R\d+)\*\*|◆/gm;
  for (const { 0: text, groups } of design.matchAll(parts)) {
    if (text === '◆') names.push(about);
    service = groups?.service ?? service;
    about = groups?.rule ?? (groups?.step ? `${service} ${groups.step}` : about);
  }
  return names.filter((name) => name !== '');
}

test('each rule that the design marks with ◆ has a mutant that leaves it out', () => {
  const rules = new Set(marked(readFileSync(join(import.meta.dirname, '..', '..', 'DESIGN.md'), 'utf8')));
  expect(rules.size).toBeGreaterThan(5);
  const without = [...rules].filter((name) => !MUTANTS.some(({ rule }) => rule === name));
  expect(without).toEqual([]);
});
