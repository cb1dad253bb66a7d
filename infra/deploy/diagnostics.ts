/** https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostic */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail?: string;
  /** Of the resource that it is about. */
  address?: string;
  range?: { filename: string; start: { line: number } };
}

export const errorsIn = (diagnostics: Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error');

/** What it says, on one line. */
export const wordsOf = ({ summary, detail = '' }: Diagnostic): string =>
  `${summary} ${detail}`.replaceAll(/\s+/g, ' ').trim();

/** The first paragraph of what it says beside its title, on one line. */
export const firstParagraph = ({ detail = '' }: Diagnostic): string =>
  (detail.split(/\n\s*\n/)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
