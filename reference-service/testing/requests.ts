import fc from 'fast-check';
import { bodySchemaOf } from './openapi.ts';
import type { Operation } from './openapi.ts';
import { departures } from './schema-check.ts';
import type { JsonSchema } from './schema-check.ts';

/** A request as it goes over the wire, and what is known of it. */
export type WireRequest = {
  readonly operation: Operation;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly isChunked: boolean;
  readonly isAimed: boolean;
  readonly isAcceptable: boolean | undefined;
};

export function bytesOf({ method, target, headers, body, isChunked }: WireRequest): Buffer {
  const framing = isChunked
    ? ['transfer-encoding: chunked']
    : body.length > 0
      ? [`content-length: ${body.length}`]
      : [];
  const head = [`${method} ${target} HTTP/1.1`, 'host: here', 'connection: close', ...headers, ...framing];
  const payload = isChunked
    ? Buffer.concat([
        ...(body.length > 0
          ? [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]
          : []),
        Buffer.from('0\r\n\r\n'),
      ])
    : body;
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), payload]);
}

/** Path parameters that are no harm and mean something, by name; others are drawn from their schema. */
export type Known = Readonly<Record<string, readonly string[]>>;

type Path = { readonly target: string; readonly isAimed: boolean; readonly isPlain: boolean };

/** Requests for an operation: most of them nearly right. */
export function requestsFor(operation: Operation, known: Known): fc.Arbitrary<WireRequest> {
  const schema = bodySchemaOf(operation);
  return fc
    .record({
      path: paths(operation, known),
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom(...OTHER_METHODS) },
      ),
      type: fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        { weight: 2, arbitrary: fc.constantFrom(...OTHER_TYPES) },
      ),
      extra: fc.oneof(
        { weight: 6, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom(...EXTRA_HEADERS), { maxLength: 3 }) },
      ),
      body: bodies(schema),
      isChunked: fc.boolean(),
    })
    .map(({ path, method, type, extra, body, isChunked }) => {
      const isAimed = path.isAimed && method === operation.method;
      const isRightType = schema === undefined || type === 'application/json';
      const hasType = type !== '' && (schema !== undefined || body.bytes.length > 0);
      return {
        operation,
        method,
        target: path.target,
        headers: [...(hasType ? [`content-type: ${type}`] : []), ...extra],
        body: body.bytes,
        isChunked: isChunked && body.bytes.length > 0,
        isAimed,
        isAcceptable: isAimed && schema !== undefined ? judge(path, isRightType, body, schema) : undefined,
      };
    });
}

/** A body beyond the schema, or declared as something else, is not taken; a plain one at a plain place is. */
function judge(path: Path, isRightType: boolean, body: Body, schema: JsonSchema): boolean | undefined {
  if (!isRightType || body.bytes.length > BODY_LIMIT_BYTES) return false;
  const value = parse(body.bytes);
  if (value === undefined || departures(schema, value, { isClosed: false }).length > 0) return false;
  return body.isPlain && path.isPlain ? true : undefined;
}
const BODY_LIMIT_BYTES = 16 * 1024;

function parse(bytes: Buffer): unknown {
  try {
    // The mark in front of UTF-8 text is no part of it.
    return JSON.parse(bytes.toString().replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

const OTHER_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
];
const OTHER_TYPES = [
  '',
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'json',
  ';',
  'application/json/json',
  `application/${'x'.repeat(3_000)}`,
];
const EXTRA_HEADERS = [
  'accept: application/xml',
  'accept-encoding: gzip, br;q=0',
  'expect: 100-continue',
  'upgrade: websocket',
  'content-encoding: gzip',
  'x-forwarded-for: 1.2.3.4',
  'cookie: a=b; __proto__=c',
  'if-none-match: *',
  'range: bytes=0-0',
  'x-http-method-override: DELETE',
  'accept-version: 99.0.0',
  `x-filler: ${'y'.repeat(4_000)}`,
];

/** Segments as they stand in a target, right or not. */
const NASTY_SEGMENTS = [
  '',
  '.',
  '..',
  '%',
  '%zz',
  '%0',
  '%00',
  'a%00b',
  '%0a',
  '%20',
  '%c3%28',
  '%ed%a0%80',
  '%ff%fe',
  '%2e%2e%2f%2e%2e',
  'a%2fb',
  'a/b',
  'a?b=%zz',
  'a?__proto__=1',
  'a#b',
  'a;b',
  '__proto__',
  'constructor',
  'toString',
  ':eventId',
  '*',
  '{name}',
  '"\'<>`|\\^',
  "';DROP%20TABLE%20coupons;--",
  '%F0%9F%8E%9F',
  'e%CC%81',
  'x'.repeat(65),
  'x'.repeat(600),
  'x'.repeat(7_000),
  '%41'.repeat(600),
];

function paths({ path, parameters = [] }: Operation, known: Known): fc.Arbitrary<Path> {
  const segments = path.split('/').map((segment) => {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) return fc.constant({ text: segment, isAimed: true, isPlain: true });
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {};
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .constantFrom(...(known[name] ?? ['x']))
          .map((text) => ({ text, isAimed: true, isPlain: true })),
      },
      {
        weight: 1,
        arbitrary: texts(schema)
          .filter((text) => text.isWellFormed() && text !== '')
          .map((text) => ({ text: encodeURIComponent(text), isAimed: true, isPlain: false })),
      },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom(...NASTY_SEGMENTS)
          .map((text) => ({ text, isAimed: false, isPlain: false })),
      },
    );
  });
  return fc.tuple(...segments).map((parts) => ({
    target: parts.map(({ text }) => text).join('/'),
    isAimed: parts.every(({ isAimed }) => isAimed),
    isPlain: parts.every(({ isPlain }) => isPlain),
  }));
}

function texts({ pattern }: JsonSchema): fc.Arbitrary<string> {
  const any = fc.string({
    unit: fc.constantFrom('a', '0', '가', '🎟', ' ', '/', '%', '\u0000', '\u202e', "'"),
  });
  return pattern === undefined ? any : fc.oneof(fc.stringMatching(new RegExp(pattern)), any);
}

type Body = { readonly bytes: Buffer; readonly isPlain: boolean };

function bodies(schema: JsonSchema | undefined): fc.Arbitrary<Body> {
  const asIs = (text: string | Buffer): Body => ({ bytes: Buffer.from(text), isPlain: false });
  const anything = fc.oneof(
    fc.constant(asIs('')),
    fc.json({ maxDepth: 4 }).map(asIs),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => asIs(Buffer.from(bytes))),
  );
  if (schema === undefined) return fc.oneof({ weight: 5, arbitrary: fc.constant(asIs('')) }, anything);
  const plain = plainObjects(schema);
  const names = Object.keys(schema.properties ?? {});
  const nearly = fc
    .record({
      object: plain,
      name: fc.constantFrom(...names),
      value: fc.oneof(fc.constantFrom(...NASTY_VALUES), fc.json({ maxDepth: 2 })),
      how: fc.constantFrom(...DISTORTIONS),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ object, name, value, how, at }) => asIs(how({ object, name, value, at })));
  return fc.oneof(
    {
      weight: 3,
      arbitrary: plain.map((object) => ({ bytes: Buffer.from(JSON.stringify(object)), isPlain: true })),
    },
    { weight: 6, arbitrary: nearly },
    { weight: 1, arbitrary: anything },
  );
}

/** Objects that no rule speaks against. */
function plainObjects({ properties = {} }: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [
        name,
        schema.type === 'string' ? fc.stringMatching(/^[a-z0-9가-힣]{1,20}$/) : fc.constantFrom(0, 0.5, 1),
      ]),
    ),
  );
}

/** JSON texts, some of them of no value that JSON has. */
const NASTY_VALUES = [
  'null',
  'true',
  '0',
  '-1',
  '-0',
  '0.1',
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '1e-400',
  '01',
  'NaN',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\ufeff"',
  '"\\u202e"',
  '"\\r\\nset-cookie: a=b"',
  '"\\u0958"',
  '"e\\u0301"',
  '"\u0001"',
  '"\\x"',
  "'a'",
  `"${'x'.repeat(129)}"`,
  `"${'🎟'.repeat(128)}"`,
  `"${'\\u0041'.repeat(600)}"`,
  `"${' '.repeat(400)}a"`,
  `"${'x'.repeat(17_000)}"`,
  `${'['.repeat(7_000)}${']'.repeat(7_000)}`,
  `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
  '{"toString":"a"}',
  '{"__proto__":{"userId":"a"}}',
];

type Distortion = (given: {
  readonly object: Record<string, unknown>;
  readonly name: string;
  readonly value: string;
  /** A place in the text, 0 to 1. */
  readonly at: number;
}) => string | Buffer;

const anotherValue: Distortion = ({ object, name, value }) =>
  withRaw({ ...object, [name]: undefined }, name, value);
const DISTORTIONS: readonly Distortion[] = [
  // Every third time.
  ...Array.from({ length: 7 }, () => anotherValue),
  // The same name twice, another name, a property more.
  ({ object, name, value }) => withRaw(object, name, value),
  ({ object, value }) => withRaw(object, 'extra', value),
  ({ object, value }) => withRaw(object, '__proto__', value),
  ({ object, value }) => withRaw(object, 'constructor', `{"prototype":${value}}`),
  ({ object, name }) => JSON.stringify({ ...object, [name]: undefined }),
  ({ object, name }) => JSON.stringify({ [name.toUpperCase()]: object[name] }),
  ({ object }) => JSON.stringify([object]),
  ({ object }) => JSON.stringify(JSON.stringify(object)),
  // Not quite JSON, or not quite text.
  ({ object }) => `\ufeff${JSON.stringify(object)}`,
  ({ object, at }) => cut(JSON.stringify(object), at),
  ({ object, value }) => `${JSON.stringify(object)}${value}`,
  ({ object, at }) =>
    Buffer.concat([Buffer.from(cut(JSON.stringify(object), at)), Buffer.from([0xff, 0xc0, 0x00])]),
  ({ object }) => Buffer.from(JSON.stringify(object), 'utf16le'),
  ({ object, at }) => `${' '.repeat(Math.round(20_000 * at))}${JSON.stringify(object)}`,
];

function withRaw(object: Record<string, unknown>, name: string, value: string): string {
  const members = Object.entries(object)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`);
  return `{${[...members, `${JSON.stringify(name)}:${value}`].join(',')}}`;
}

function cut(text: string, at: number): string {
  return text.slice(0, Math.floor(text.length * at));
}

/** Bytes that are hardly a request: a right one damaged, or something else altogether. */
export function malformedRequests(right: fc.Arbitrary<WireRequest>): fc.Arbitrary<Buffer> {
  const damaged = fc
    .record({
      request: right,
      damage: fc.constantFrom(...DAMAGES),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ request, damage, at }) => damage(bytesOf(request), at));
  return fc.oneof(
    { weight: 6, arbitrary: damaged },
    { weight: 3, arbitrary: fc.constantFrom(...ODD_HEADS).map((head) => Buffer.from(head, 'latin1')) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
  );
}

const DAMAGES: readonly ((bytes: Buffer, at: number) => Buffer)[] = [
  (bytes, at) => bytes.subarray(0, Math.floor(bytes.length * at)),
  (bytes, at) => {
    const damaged = Buffer.from(bytes);
    const index = Math.floor((bytes.length - 1) * at);
    damaged[index] = (damaged[index] ?? 0) ^ 0xff;
    return damaged;
  },
  (bytes, at) => {
    const index = Math.floor(bytes.length * at);
    return Buffer.concat([bytes.subarray(0, index), Buffer.from([0]), bytes.subarray(index)]);
  },
  (bytes, at) => {
    const index = Math.floor(bytes.length * at);
    return Buffer.concat([bytes.subarray(0, index), Buffer.from('\r\n\r\n'), bytes.subarray(index)]);
  },
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replace('connection: close\r\n', ''), 'latin1'),
  (bytes) => Buffer.concat([Buffer.from('\r\n\r\n'), bytes]),
  (bytes) => Buffer.concat([bytes, bytes]),
];

const POST = 'POST /coupons/demo/issue HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n';
const ODD_HEADS = [
  'GET /health\r\n\r\n',
  'GET /health HTTP/0.9\r\n\r\n',
  'GET /health HTTP/1.0\r\n\r\n',
  'GET /health HTTP/2.0\r\nhost: here\r\n\r\n',
  'GET /health HTTP/1.1\r\n\r\n',
  'GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n',
  'GET  /health HTTP/1.1\r\nhost: here\r\n\r\n',
  'GET health HTTP/1.1\r\nhost: here\r\n\r\n',
  'GET http://here/health HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n',
  'GET // HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n',
  'CONNECT here:80 HTTP/1.1\r\nhost: here\r\n\r\n',
  'FOO /health HTTP/1.1\r\nhost: here\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  `GET /health HTTP/1.1\r\nhost: here\r\n${'a: b\r\n'.repeat(3_000)}\r\n`,
  `GET /health HTTP/1.1\r\nhost: here\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: here\r\n\r\n`,
  'GET /health HTTP/1.1\r\nhost: here\r\n folded: header\r\n\r\n',
  'GET /health HTTP/1.1\r\nhost: here\r\nno colon\r\n\r\n',
  'GET /health HTTP/1.1\r\nhost: here\r\nx\x00y: z\r\n\r\n',
  'GET /health HTTP/1.1\r\nhost: here\r\nx: y\x00z\r\n\r\n',
  'GET /\xc3\xa9 HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n',
  'GET /%c3%a9 HTTP/1.1\r\nhost: h\xe9re\r\nconnection: close\r\n\r\n',
  `${POST}content-length: 5\r\ncontent-length: 6\r\n\r\n{"a":1}`,
  `${POST}content-length: -1\r\n\r\n{}`,
  `${POST}content-length: 99999999999999999999\r\n\r\n{}`,
  `${POST}content-length: 2x\r\n\r\n{}`,
  `${POST}content-length: 50\r\n\r\n{}`,
  `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: gzip\r\n\r\n{}`,
  `${POST}transfer-encoding: chunked, gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  `${POST}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\ntrailer: ${'x'.repeat(20_000)}\r\n\r\n`,
  `${POST}expect: something\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
  `${POST}upgrade: h2c\r\nconnection: upgrade\r\ncontent-length: 2\r\n\r\n{}`,
];
