/** The keywords the service's schemas use; any other makes the check fail, so that none goes unchecked. */
export type JsonSchema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
};

const NO_ASSERTIONS = new Set(['description', 'examples', 'title']);

/**
 * Where a value departs from a schema, one line each. Written apart from the server's validator, so that
 * the two have to agree. `isClosed`: a property the schema does not name is a departure.
 */
export function departures(
  schema: JsonSchema,
  value: unknown,
  { isClosed, at = '$' }: { readonly isClosed: boolean; readonly at?: string },
): string[] {
  const within = (inner: JsonSchema, part: unknown, name: string): string[] =>
    departures(inner, part, { isClosed, at: `${at}${name}` });
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    if (NO_ASSERTIONS.has(keyword)) return [];
    const check: Check | undefined = CHECKS[keyword as keyof JsonSchema];
    if (check === undefined) throw new Error(`the check does not know the keyword ${keyword} (${at})`);
    return check(argument as never, value, schema, within, isClosed).map((text) =>
      text.startsWith('$') ? text : `${at} ${text}`,
    );
  });
}

type Within = (schema: JsonSchema, part: unknown, name: string) => string[];
type Check = (
  argument: never,
  value: unknown,
  schema: JsonSchema,
  within: Within,
  isClosed: boolean,
) => string[];

const CHECKS: Readonly<Record<keyof JsonSchema, Check>> = {
  type: (type: string, value) => (isOfType(type, value) ? [] : [`is no ${type}`]),
  enum: (values: readonly unknown[], value) =>
    values.includes(value) ? [] : [`is none of ${JSON.stringify(values)}`],
  minimum: (minimum: number, value) => (typeof value === 'number' && value < minimum ? ['is too low'] : []),
  maximum: (maximum: number, value) => (typeof value === 'number' && value > maximum ? ['is too high'] : []),
  minLength: (min: number, value) =>
    typeof value === 'string' && [...value].length < min ? ['is too short'] : [],
  maxLength: (max: number, value) =>
    typeof value === 'string' && [...value].length > max ? ['is too long'] : [],
  pattern: (pattern: string, value) =>
    typeof value === 'string' && !new RegExp(pattern, 'u').test(value) ? [`does not match ${pattern}`] : [],
  format: (format: string, value) => {
    if (format !== 'date-time') throw new Error(`the check does not know the format ${format}`);
    return typeof value === 'string' && new Date(value).toISOString() !== value ? ['is no time'] : [];
  },
  minItems: (min: number, value) => (Array.isArray(value) && value.length < min ? ['has too few items'] : []),
  items: (schema: JsonSchema, value, _parent, within) =>
    Array.isArray(value) ? value.flatMap((item, index) => within(schema, item, `[${index}]`)) : [],
  required: (names: readonly string[], value) =>
    isObject(value) ? names.filter((name) => !Object.hasOwn(value, name)).map((name) => `lacks ${name}`) : [],
  properties: (properties: Readonly<Record<string, JsonSchema>>, value, parent, within, isClosed) => {
    if (!isObject(value)) return [];
    const named = Object.entries(properties).flatMap(([name, schema]) =>
      Object.hasOwn(value, name) ? within(schema, value[name], `.${name}`) : [],
    );
    if (!isClosed || parent.additionalProperties !== undefined) return named;
    const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
    return [...named, ...others.map((name) => `has ${name}, which is not described`)];
  },
  additionalProperties: (schema: boolean | JsonSchema, value, parent, within) =>
    isObject(value)
      ? Object.entries(value)
          .filter(([name]) => !Object.hasOwn(parent.properties ?? {}, name))
          .flatMap(([name, part]) => {
            if (typeof schema === 'object') return within(schema, part, `.${name}`);
            return schema ? [] : [`has ${name}, which is not described`];
          })
      : [],
  propertyNames: (schema: JsonSchema, value, _parent, within) =>
    isObject(value) ? Object.keys(value).flatMap((name) => within(schema, name, `(${name})`)) : [],
  anyOf: (schemas: readonly JsonSchema[], value, _parent, within) =>
    schemas.some((schema) => within(schema, value, '').length === 0) ? [] : ['is none of its alternatives'],
};

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
