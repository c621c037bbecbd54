import type { JsonSchema } from './schema-check.ts';

/** As much of an OpenAPI document as the checks read. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
};
type Media = { readonly schema: JsonSchema };
type OperationObject = {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content?: Readonly<Record<string, Media>>;
        readonly headers?: Readonly<Record<string, Media>>;
      }
    >
  >;
};

/** One thing the described server can be asked. */
export type Operation = OperationObject & {
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
};

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** The schema of the JSON body an operation takes; undefined if it takes none. */
export function bodySchemaOf({ requestBody }: Operation): JsonSchema | undefined {
  return requestBody?.content['application/json']?.schema;
}
