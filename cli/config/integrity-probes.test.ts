import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KnownError } from '../../core/errors.ts';
import { configSchema } from './config-schema.ts';
import { readProbes } from './integrity-probes.ts';

const environment = {
  ORDERS_DB_URL: 'postgres://app:canary%21@db.internal:5432/orders',
  DB_PASSWORD: 'canary',
  AUDIT: 'https://audit.internal/counts?token=canary',
  NOT_AN_ADDRESS: 'canary',
};

const read = (...probes: readonly object[]) => {
  const { integrity } = configSchema.parse({ integrity: { probes } });
  return readProbes(integrity?.probes ?? [], environment);
};

const sql = {
  id: 'double-charged',
  postgres: '${ORDERS_DB_URL}',
  sql: 'SELECT 1',
  expression: 'value==0',
};
const http = { id: 'audit', http: '${AUDIT}', json: '$.counts.missing', expression: 'value==0' };

describe('the integrity probes of a config', () => {
  it('keep in the plan what is written, and have their addresses beside it', () => {
    const { probes, addresses } = read(sql, { ...http, difference: true });
    assert.deepEqual(probes, [
      {
        kind: 'postgres',
        id: 'double-charged',
        expression: 'value==0',
        difference: false,
        address: '${ORDERS_DB_URL}',
        sql: 'SELECT 1',
      },
      {
        kind: 'http',
        id: 'audit',
        expression: 'value==0',
        difference: true,
        address: '${AUDIT}',
        path: '$.counts.missing',
      },
    ]);
    assert.deepEqual(addresses, { 'double-charged': environment.ORDERS_DB_URL, audit: environment.AUDIT });
    assert.doesNotMatch(JSON.stringify(probes), /canary/);
  });

  it('may have the password alone in the environment, or none at all', () => {
    const addressOf = (postgres: string) => read({ ...sql, postgres }).addresses['double-charged'];
    assert.equal(addressOf('postgres://app:${DB_PASSWORD}@db/orders'), 'postgres://app:canary@db/orders');
    for (const plain of ['postgresql://app@db:5433/orders?sslmode=verify-full', 'postgres:///orders'])
      assert.equal(addressOf(plain), plain);
  });

  for (const [what, probes, naming] of [
    [
      'a password in the config',
      [{ ...sql, postgres: 'postgres://app:secret@db/orders' }],
      /postgres .*'double-charged' has a password/,
    ],
    [
      'one beside a reference',
      [{ ...sql, postgres: 'postgres://app:secret${DB_PASSWORD}@db/orders' }],
      /has a password/,
    ],
    [
      'one in the query of the address',
      [{ ...sql, postgres: 'postgres://db/orders?password=secret' }],
      /has a password/,
    ],
    ['one over HTTP', [{ ...http, http: 'http://app:secret@audit/' }], /http .*'audit' has a password/],
    [
      'a variable that is not set',
      [{ ...sql, postgres: '${GONE}' }],
      /'double-charged' refers to \$\{GONE\}, which is not set/,
    ],
    [
      'an address of another kind',
      [{ ...sql, postgres: '${AUDIT}' }],
      /'double-charged' is no postgres address/,
    ],
    ['what is no address', [{ ...http, http: '${NOT_AN_ADDRESS}' }], /'audit' is no http\(s\) address/],
    ['two of one id', [sql, { ...http, id: sql.id }], /two integrity probes 'double-charged'/],
    ['no address', [{ id: 'x', expression: 'value==0' }], /'x' has neither address nor question/],
    ['an address without a question', [{ ...sql, sql: undefined }], /'double-charged' has postgres$/],
    ['two addresses', [{ ...sql, http: 'http://audit/' }], /has postgres, sql, http$/],
    ['a path that does not parse', [{ ...http, json: 'counts' }], /'counts' does not parse/],
    ['an expression that does not parse', [{ ...sql, expression: 'value=0' }], /'value=0' does not parse/],
    [
      'an aggregation that one number has not',
      [{ ...sql, expression: 'max<3' }],
      /uses max, which integrity_probe\{probe:double-charged\}/,
    ],
  ] as const) {
    it(`are refused with ${what}, without a word of the environment`, () => {
      assert.throws(
        () => read(...probes),
        (error) => {
          assert.ok(error instanceof KnownError && error.remedy !== undefined, String(error));
          assert.match(error.message, naming);
          assert.doesNotMatch(error.message + error.remedy, /canary|secret/);
          return true;
        },
      );
    });
  }
});
