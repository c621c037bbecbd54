import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { addressOfNobody, serveLocally } from '../../fixtures/local-http.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import type { IntegrityProbe } from '../plan.ts';
import { askProbe } from './service-probe.ts';

const probe = (address: string, path: string): IntegrityProbe => ({
  kind: 'http',
  id: 'ledger',
  address,
  path,
  expression: 'value==0',
  difference: false,
});

const askHttp = async (
  path: string,
  answer: (response: ServerResponse) => void,
): Promise<{ value: number | null; reason?: string | undefined; source: string }> => {
  const server = await serveLocally((_, response) => answer(response));
  try {
    return await askProbe(probe('${AUDIT_URL}', path), { ledger: server.url }, 'before', startClock());
  } finally {
    await server.close();
  }
};

const refused = async (asking: Promise<unknown>): Promise<KnownError> => {
  const error: unknown = await asking.then(
    () => assert.fail('was answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KnownError, String(error));
  assert.equal(error.code, 'probe-unreachable');
  assert.match(error.message, /^the integrity probe 'ledger' \(/);
  assert.ok(error.remedy !== undefined && error.remedy !== '');
  return error;
};

describe('an integrity probe over HTTP', () => {
  const body = '{"counts":{"missing":3,"late":null,"name":"x"},"rows":[{"total":-0.5}]}';

  it('reads the number at its path, and names its source as the config has it', async () => {
    const { value, source } = await askHttp('$.counts.missing', (response) => response.end(body));
    assert.deepEqual([value, source], [3, 'GET ${AUDIT_URL}']);
    assert.equal((await askHttp('$.rows[0].total', (response) => response.end(body))).value, -0.5);
    assert.equal((await askHttp('$', (response) => response.end('7'))).value, 7);
  });

  it('has not measured what is null', async () => {
    const { value, reason } = await askHttp('$.counts.late', (response) => response.end(body));
    assert.deepEqual([value, reason], [null, 'null-answer']);
  });

  for (const [what, path, answer, naming] of [
    ['a path that is not there', '$.counts.gone', body, /nothing at \$\.counts\.gone$/],
    ['a text', '$.counts.name', body, /answers "x", which is no number/],
    ['an object', '$.counts', body, /answers \{"missing":3/],
    ['what is no JSON', '$', '<html>', /not JSON/],
    ['a number too great for one', '$', '1e999', /which is no number/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { message } = await refused(askHttp(path, (response) => response.end(answer)));
      assert.match(message, naming);
    });
  }

  it('shows no more than the beginning of a long answer', async () => {
    const long = JSON.stringify('x'.repeat(5000));
    const { message } = await refused(askHttp('$', (response) => response.end(long)));
    assert.ok(message.length < 250, message);
  });

  it('refuses an answer that is none, and an address where nobody is', async () => {
    const failed = await refused(askHttp('$', (response) => response.writeHead(500).end('7')));
    assert.match(failed.message, /HTTP 500/);
    const moved = await refused(
      askHttp('$', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    );
    assert.match(moved.message, /redirect/);
    const asking = askProbe(probe(await addressOfNobody(), '$'), {}, 'after', startClock());
    const { message } = await refused(asking);
    assert.match(message, /ECONNREFUSED/);
  });

  it('sends the password of its address as a header, and tells nobody what the environment put into it', async () => {
    let authorization: string | undefined;
    const server = await serveLocally((request, response) => {
      ({ authorization } = request.headers);
      response.writeHead(request.url === '/?token=canary' ? 200 : 404).end('5');
    });
    const written = `${server.url.replace('//', '//${USER}:${PASSWORD}@')}/?token=\${TOKEN}`;
    const address = `${server.url.replace('//', '//someone:canary%21@')}/?token=canary`;
    const asked = await askProbe(probe(written, '$'), { ledger: address }, 'before', startClock());
    await server.close();
    assert.equal(authorization, `Basic ${Buffer.from('someone:canary!').toString('base64')}`);
    assert.equal(asked.value, 5);
    assert.doesNotMatch(JSON.stringify(asked), /canary/);
    const { message, remedy } = await refused(
      askProbe(probe(written, '$'), { ledger: address }, 'after', startClock()),
    );
    assert.match(message, /ECONNREFUSED/);
    assert.doesNotMatch(message + String(remedy), /canary/);
  });
});
