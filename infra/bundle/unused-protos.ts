import type { Plugin } from 'esbuild';

/**
 * The client of Pub/Sub and the one below it each export all of Google's messages as classes, 1.7 MB, and use none of
 * them: what they send they describe by protos.json. So the classes are left out; whoever asks for one is told.
 */
export const unusedProtos: Plugin = {
  name: 'unused-protos',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/protos\/protos$/ }, ({ importer, path }) =>
      /[\\/]@google-cloud[\\/]pubsub(-api)?[\\/]build[\\/]src[\\/]index\.js$/.test(importer)
        ? { path, namespace: 'unused' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: `module.exports = new Proxy({}, {
        get(_, name) { throw new Error('protos.' + String(name) + ' is no part of the bundle: unused-protos.ts'); },
      });`,
    }));
  },
};
