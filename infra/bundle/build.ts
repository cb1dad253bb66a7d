/** The three functions and all that they import, as one bundle. */
import { existsSync } from 'node:fs';
import { builtinModules, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { compiledSchemas } from './compiled-schemas.ts';
import { unusedProtos } from './unused-protos.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

const FRAMEWORK = '@google-cloud/functions-framework';

/**
 * Node's own modules, and the framework that is loaded already, are required and not imported: an import reads
 * every export, and so loads what stands behind the lazy ones, such as undici behind node:http
 * (https://nodejs.org/api/esm.html#builtin-modules). That is a tenth of a cold start.
 */
const requiredNotImported: Plugin = {
  name: 'required-not-imported',
  setup({ onResolve, onLoad }) {
    const names = [FRAMEWORK, ...builtinModules.map((name) => `(node:)?${name}`)].join('|');
    onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * One file per service and per client that is loaded late, with the libraries inside: reading a few large files
 * is what makes a cold start short (`npm run bench -- --only startup`). The framework itself stays outside:
 * Google's buildpack starts it from node_modules. The packages that stay outside come back.
 */
export async function buildBundle(outdir: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'functions', 'index.ts')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    // Of a `.js` the framework reads the next package.json, and loads thirty modules to do so.
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node24',
    plugins: [requiredNotImported, compiledSchemas, unusedProtos],
    // CommonJS libraries inside an ES module still ask for these.
    banner: {
      js: [
        "import { createRequire } from 'node:module';",
        'const require = createRequire(import.meta.url);',
        'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
      ].join('\n'),
    },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'external',
    logLevel: 'warning',
    metafile: true,
  });
  return packagesOutside(metafile);
}

/** Without what a library tries to load and does without where it is not installed, as supports-color. */
function packagesOutside({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const outside = imports.filter(
    ({ external, path }) => external && !isBuiltin(path) && existsSync(join(ROOT, 'node_modules', path)),
  );
  return [...new Set(outside.map(({ path }) => path))];
}
