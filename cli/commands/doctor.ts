import { systemContext } from '../../core/tools/context.ts';
import { examineTools, type ToolReport } from '../../core/tools/doctor.ts';
import { loadChartFont } from '../../reporters/charts/chart-font.ts';
import { KnownError } from '../../core/errors.ts';

/** `lagline doctor`: 0 when everything that is required is there or can be installed, else 2. */
export const doctorCommand = async ({ json }: { readonly json?: boolean }): Promise<number> => {
  const tools = await examineTools(systemContext());
  const font = examineFont();
  if (json) process.stdout.write(`${JSON.stringify({ tools, font }, null, 2)}\n`);
  else
    process.stdout.write(
      `${[...tools.map((report) => toolLine(report, tools)), fontLine(font)].join('\n')}\n`,
    );
  return tools.some(
    ({ required, status, tool }) => required && status !== 'ok' && builderOf(tool, tools) === undefined,
  ) || font.status !== 'ok'
    ? 2
    : 0;
};

/** What brings k6 or Kafka at first use; undefined where that is not there either. */
const builderOf = (tool: ToolReport['tool'], tools: readonly ToolReport[]): 'go' | 'maven' | undefined => {
  const builder = tool === 'k6' ? 'go' : tool === 'kafka' ? 'maven' : undefined;
  return tools.some((report) => report.tool === builder && report.status === 'ok') ? builder : undefined;
};

const toolLine = (report: ToolReport, tools: readonly ToolReport[]): string => {
  const { tool, status, required, version, origin, path, remedy } = report;
  const builder = status === 'ok' ? undefined : builderOf(tool, tools);
  const mark = status === 'ok' ? '✓' : builder === undefined && required ? '✗' : '-';
  const found =
    status === 'ok'
      ? `${version ?? ''} (${[origin, path].filter(Boolean).join(': ')})`
      : `${status}${version === undefined ? '' : ` ${version}`}`;
  const then = builder === undefined ? remedy : `comes by itself at first use, with ${builder}`;
  return `${mark} ${tool.padEnd(11)} ${found}${then === undefined ? '' : `\n    → ${then}`}`;
};

type FontReport = { readonly status: 'ok' | 'missing'; readonly remedy?: string };

const examineFont = (): FontReport => {
  try {
    loadChartFont();
    return { status: 'ok' };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return { status: 'missing', remedy: error.remedy ?? error.message };
  }
};

const fontLine = ({ status, remedy }: FontReport): string =>
  status === 'ok' ? '✓ korean font draws Hangul' : `✗ korean font missing\n    → ${remedy ?? ''}`;
