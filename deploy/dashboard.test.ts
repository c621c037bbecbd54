import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { runCommand } from '../core/tools/command.ts';
import { temporaryFolder } from '../fixtures/cli.ts';
import { requireTool, toolForTest } from '../fixtures/real-broker.ts';
import { createMetrics, OUTCOMES } from '../reference-service/metrics.ts';
import { deployFolder, readCompose, readDeployFile } from './compose-file.ts';

type Dashboard = {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
};

const folder = 'grafana/dashboards';
const dashboards = readdirSync(join(deployFolder, folder)).map((file) => ({
  file,
  ...(JSON.parse(readDeployFile(join(folder, file))) as Dashboard),
}));
const expressions = dashboards.flatMap(({ panels }) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '15s'))),
);

/** Names of series in a PromQL expression: what is no function, no keyword, no label and no text. */
const seriesIn = (expression: string): string[] => {
  const withoutLabels = expression
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '');
  return [...withoutLabels.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !/^(and|or|unless|\d.*|s|m|h)$/.test(name));
};

/** Series of the service, as Prometheus sees them. */
const seriesOfService = async (): Promise<Set<string>> => {
  const { registry } = createMetrics({ ledger: () => Promise.resolve({ admitted: 0, unrelayed: 0 }) });
  const types = [...(await registry.metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
};

/** Series of node-exporter that are used here, by the collector they come from. */
const nodeSeries: Readonly<Record<string, string>> = {
  node_cpu_seconds_total: 'cpu',
  node_memory_MemAvailable_bytes: 'meminfo',
  node_memory_MemTotal_bytes: 'meminfo',
};

describe('the dashboard', () => {
  it('asks only for series that the service or the node exporter has', async () => {
    const known = await seriesOfService();
    assert.ok(expressions.length >= 15);
    const unknown = expressions.flatMap(seriesIn).filter((name) => !known.has(name) && !(name in nodeSeries));
    assert.deepEqual(unknown, []);
  });

  it('asks for nothing of a collector that is not switched on', () => {
    const command = readCompose({ REDIS_PASSWORD: 'x', POSTGRES_PASSWORD: 'x', GRAFANA_PASSWORD: 'x' })
      .services['node-exporter']?.command;
    for (const collector of Object.values(nodeSeries))
      assert.ok(command?.includes(`--collector.${collector}`));
  });

  it('knows the outcomes it singles out', () => {
    const named = expressions.flatMap((each) =>
      [...each.matchAll(/outcome="(\w+)"/g)].map(([, name]) => name),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((name) => !OUTCOMES.some((each) => each === name)),
      [],
    );
  });

  it('shows what the stack is watched for', () => {
    const shown = new Set(expressions.flatMap(seriesIn));
    for (const name of [
      'coupon_issue_requests_total',
      'coupon_issued_total',
      'coupon_outbox_pending',
      'coupon_issue_completion_seconds_bucket',
      'http_request_duration_seconds_bucket',
      'coupon_consume_rejected_total',
      'coupon_consume_redelivered_total',
      'node_cpu_seconds_total',
      'node_memory_MemAvailable_bytes',
    ]) {
      assert.ok(shown.has(name), name);
    }
  });

  it('takes everything from the data source that is provisioned', () => {
    const { datasources } = parse(readDeployFile('grafana/provisioning/datasources/prometheus.yaml')) as {
      datasources: { uid: string; url: string }[];
    };
    const uids = dashboards.flatMap(({ panels }) => panels.map(({ datasource }) => datasource.uid));
    assert.deepEqual(
      [...new Set(uids)],
      datasources.map(({ uid }) => uid),
    );
    assert.equal(datasources[0]?.url, 'http://prometheus:9090');
  });

  it('has panels of different ids that do not lie on each other', () => {
    for (const { panels } of dashboards) {
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      assert.equal(new Set(cells).size, cells.length);
    }
  });
});

const skip = await requireTool('prometheus');

describe('promtool', { skip }, () => {
  const promtool = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const prometheus = await toolForTest('prometheus');
    return runCommand(join(dirname(prometheus.path), 'promtool'), args, {
      env: process.env,
      timeoutMs: 20_000,
    });
  };

  it('takes prometheus.yml', async () => {
    const { code, output } = await promtool('check', 'config', join(deployFolder, 'prometheus.yml'));
    assert.equal(code, 0, output);
  });

  it('takes every expression of the dashboard', async (t) => {
    const file = join(temporaryFolder(t), 'rules.json');
    const rules = expressions.map((expr, index) => ({ record: `dashboard:${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, output } = await promtool('check', 'rules', file);
    assert.equal(code, 0, output);
  });
});
