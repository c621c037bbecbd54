import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { kafkaRelease, prometheusRelease } from '../core/tools/pins.ts';
import { readConfig, SETTING_NAMES } from '../reference-service/config.ts';
import { deployFolder, readCompose, readDeployFile, variablesIn } from './compose-file.ts';

const passwords = { REDIS_PASSWORD: 'r3dis', POSTGRES_PASSWORD: 'p0stgres', GRAFANA_PASSWORD: 'gr4fana' };
const compose = readCompose(passwords);
const services = Object.entries(compose.services);

describe('every service of compose.yaml', () => {
  for (const [name, service] of services) {
    it(`${name} says how its health is seen, and comes back after a crash`, () => {
      assert.match(service.healthcheck?.test[0] ?? '', /^CMD(-SHELL)?$/);
      assert.ok((service.healthcheck?.test.length ?? 0) > 1);
      assert.equal(service.restart, 'unless-stopped');
    });

    it(`${name} has a version of its own, not whatever is the latest`, () => {
      if (service.build === undefined) assert.match(service.image, /^[a-z/-]+:v?\d+\.\d+(\.\d+)?$/);
      else assert.ok(existsSync(join(deployFolder, service.build.context, service.build.dockerfile)));
    });

    it(`${name} is published to this machine only`, () => {
      for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
    });

    it(`${name} waits until what it needs is healthy`, () => {
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
        assert.ok(needed in compose.services);
        assert.equal(condition, 'service_healthy');
      }
    });

    it(`${name} mounts only what there is`, () => {
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (source.startsWith('.')) assert.ok(existsSync(join(deployFolder, source)), source);
        else if (!source.startsWith('/')) assert.ok(source in compose.volumes, source);
      }
    });
  }
});

describe('the settings of the service', () => {
  for (const [name, roles] of [
    ['service', ['api', 'relay']],
    ['worker', ['consumer']],
  ] as const) {
    it(`of ${name} are known to it, and choose real servers`, () => {
      const environment = compose.services[name]?.environment ?? {};
      assert.deepEqual(
        Object.keys(environment).filter((key) => !SETTING_NAMES.includes(key)),
        [],
      );
      const config = readConfig(environment);
      assert.deepEqual([...config.roles], roles);
      assert.equal(config.admission.kind, 'redis');
      assert.equal(config.store.kind, 'postgres');
      // Reached from outside the container, so that no switch may break it.
      assert.equal(config.faults, false);
    });

    it(`of ${name} lead to services that are there`, () => {
      const {
        KAFKA_BROKERS = '',
        ADMISSION_URL = '',
        STORE_URL = '',
      } = compose.services[name]?.environment ?? {};
      const hosts = [`kafka://${KAFKA_BROKERS}`, ADMISSION_URL, STORE_URL].map(
        (url) => new URL(url).hostname,
      );
      assert.deepEqual(hosts, ['kafka', 'redis', 'postgres']);
      assert.deepEqual(Object.keys(compose.services[name]?.depends_on ?? {}).toSorted(), hosts.toSorted());
    });
  }
});

describe('.env.example', () => {
  const example = readDeployFile('.env.example');
  const named = [...example.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  const used = new Map(
    variablesIn(readDeployFile('compose.yaml')).map(({ name, fallback }) => [name, fallback]),
  );

  it('names every variable of compose.yaml and no other, with the value that stands in for it', () => {
    assert.deepEqual(new Map(named as [string, string][]), new Map([...used].map(([k, v]) => [k, v ?? ''])));
  });

  it('leaves the passwords to be set, and the stack does not start before', () => {
    const empty = [...example.matchAll(/^([A-Z_]+)=$/gm)].map(([, name = '']) => name);
    assert.deepEqual(empty.toSorted(), Object.keys(passwords).toSorted());
    assert.throws(() => readCompose({}), /copy \.env\.example to \.env/);
  });
});

describe('the versions', () => {
  it('of Kafka and Prometheus are those that lagline installs', () => {
    assert.equal(compose.services['kafka']?.image, `apache/kafka:${kafkaRelease.version}`);
    assert.equal(compose.services['prometheus']?.image, `prom/prometheus:v${prometheusRelease.version}`);
  });

  it('of Node is the one that package.json pins', () => {
    const version = /^FROM node:(\d+\.\d+\.\d+)-/m.exec(readDeployFile('Dockerfile'))?.[1];
    const { devDependencies } = JSON.parse(
      readFileSync(join(deployFolder, '..', 'package.json'), 'utf8'),
    ) as {
      devDependencies: Record<string, string>;
    };
    assert.equal(version, devDependencies['node']);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readDeployFile('Dockerfile');

  it('copies only what is there and is sent to the builder', () => {
    const sent = readDeployFile('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    assert.deepEqual(copied.toSorted(), sent.toSorted());
    for (const source of copied) assert.ok(existsSync(join(deployFolder, '..', source)), source);
  });

  it('leaves development dependencies out and does not run as root', () => {
    assert.match(dockerfile, /^RUN npm ci --omit=dev\b/m);
    assert.match(dockerfile, /^USER node$/m);
  });
});

describe('prometheus.yml', () => {
  it('scrapes services of compose.yaml, both of ours among them', () => {
    const { scrape_configs: jobs } = parse(readDeployFile('prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap(({ static_configs }) => static_configs.flatMap((each) => each.targets));
    const hosts = targets.map((target) => target.split(':')[0] ?? '').filter((host) => host !== '127.0.0.1');
    assert.deepEqual(hosts, ['service', 'worker', 'node-exporter']);
    assert.deepEqual(
      hosts.filter((host) => !(host in compose.services)),
      [],
    );
    // The same names as those of `lagline stack up --full`.
    assert.deepEqual(
      jobs.slice(0, 2).map(({ job_name }) => job_name),
      ['coupon-service', 'coupon-worker'],
    );
  });
});
