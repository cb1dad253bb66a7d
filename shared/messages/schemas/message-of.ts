import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/**
 * The schema with its objects closed, unless they say `additionalProperties: true`: a field that is ignored where it is
 * read is one that nothing of ours may name.
 */
type Named<S> = S extends { readonly properties: infer P }
  ? Omit<S, 'properties' | 'additionalProperties'> & {
      readonly properties: { readonly [K in keyof P]: Named<P[K]> };
      readonly additionalProperties: S extends { readonly additionalProperties: infer A } ? A : false;
    }
  : S extends { readonly items: infer I }
    ? Omit<S, 'items'> & { readonly items: Named<I> }
    : S;

/** The type of what a schema describes: the one cannot drift from the other. */
export type MessageOf<S> = Named<S> extends infer N extends JSONSchema ? FromSchema<N> : never;
